import CCurl
import CredentialCore

/// One request over one handle of libcurl's, which has to be reset afterwards.
struct Transfer {
    let handle: UnsafeMutableRawPointer
    let request: HTTPRequest
    let destination: Destination
    let answer = Answer()
    let judge: AddressGuard

    init(
        _ handle: UnsafeMutableRawPointer, _ request: HTTPRequest, to destination: Destination
    ) {
        self.handle = handle
        self.request = request
        self.destination = destination
        judge = AddressGuard(handle)
    }

    /// Sends the request and waits for the answer.
    ///
    /// - Parameters:
    ///   - caBundle: a file of certificates in place of the system's.
    ///   - addsToSystem: whether they are trusted beside the system's instead.
    func run(
        _ headers: HeaderList, caBundle: String?, addsToSystem: Bool
    ) throws(TransportFailure) -> HTTPResponse {
        // libcurl would take no time for all the time in the world.
        guard request.timeout > 0 else { throw failure(CURLE_OPERATION_TIMEDOUT, said: "") }
        var reason = [UInt8](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = reason.withUnsafeMutableBytes { reason in
            headers.withList { headers in
                (request.body ?? Secret(copying: [])).withBytes { body in
                    var options = Options(handle)
                    setConnection(&options)
                    setTLS(&options, caBundle, addsToSystem)
                    setAnswer(&options, UnsafeRawPointer(reason.baseAddress))
                    setRequest(&options, UnsafeRawPointer(headers), body)
                    return options.code == CURLE_OK ? curl_easy_perform(handle) : options.code
                }
            }
        }
        guard code == CURLE_OK else {
            throw failure(code, said: Printable.text(reason.prefix { $0 != 0 }))
        }
        var response = HTTPResponse(
            status: ccurl_get_number(handle, CURLINFO_RESPONSE_CODE),
            headers: Answer.headers(handle), body: Secret(answer.body))
        response.address = AddressGuard.address(handle)
        return response
    }

    private func setConnection(_ options: inout Options) {
        options.set(CURLOPT_CURLU, UnsafeRawPointer(destination.url.pointer))
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_NOSIGNAL, 1)
        // Else libcurl waits for a resolver that does not answer, however short the time is.
        options.set(CURLOPT_QUICK_EXIT, 1)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(request.connectTimeout, 1))
        options.set(CURLOPT_TIMEOUT_MS, request.timeout)
        // A proxy sees the host's name and nothing else: only HTTPS goes over one, in a tunnel.
        options.set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        if !request.usesProxy || destination.isOwn {
            options.set(CURLOPT_PROXY, "")
            options.set(CURLOPT_NOPROXY, "*")
        }
        guard request.refusesPrivateAddresses else { return }
        options.set(judge)
        // An old connection does not tell whether it leads through a proxy.
        options.set(CURLOPT_FRESH_CONNECT, 1)
    }

    private func setTLS(_ options: inout Options, _ caBundle: String?, _ addsToSystem: Bool) {
        options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        for (version, peer, host) in [
            (CURLOPT_SSLVERSION, CURLOPT_SSL_VERIFYPEER, CURLOPT_SSL_VERIFYHOST),
            (CURLOPT_PROXY_SSLVERSION, CURLOPT_PROXY_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYHOST),
        ] {
            options.set(version, CURL_SSLVERSION_TLSv1_2)
            options.set(peer, 1)
            options.set(host, 2)
        }
        guard let caBundle else { return }
        for (bundle, folder) in [
            (CURLOPT_CAINFO, CURLOPT_CAPATH), (CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH),
        ] {
            options.set(bundle, caBundle)
            guard !addsToSystem else { continue }
            // The system's folder would be trusted beside it.
            options.set(folder, String?.none)
        }
    }

    private func setAnswer(_ options: inout Options, _ reason: UnsafeRawPointer?) {
        let receiver = UnsafeRawPointer(Unmanaged.passUnretained(answer).toOpaque())
        options.set(CURLOPT_WRITEFUNCTION, Answer.receiveBody)
        options.set(CURLOPT_WRITEDATA, receiver)
        options.set(CURLOPT_HEADERFUNCTION, Answer.receiveHeader)
        options.set(CURLOPT_HEADERDATA, receiver)
        options.set(CURLOPT_ERRORBUFFER, reason)
        options.set(CURLOPT_ACCEPT_ENCODING, "gzip")
    }

    private func setRequest(
        _ options: inout Options, _ headers: UnsafeRawPointer?, _ body: UnsafeRawBufferPointer
    ) {
        options.set(CURLOPT_HTTPHEADER, headers)
        guard request.method != .get || request.body != nil else { return }
        options.set(CURLOPT_POST, 1)
        options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        options.set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.count)
        options.set(CURLOPT_POSTFIELDS, body.baseAddress)
    }
}
