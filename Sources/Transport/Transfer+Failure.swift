import CCurl

extension Transfer {
    /// Why there is no answer.
    ///
    /// - Parameter reason: libcurl's own words. They are used only where they cannot hold more
    ///   than names, addresses and numbers: those on a proxy's URL may hold its password, those
    ///   on an answer hold parts of it.
    func failure(_ code: CURLcode, said reason: String) -> TransportFailure {
        let host = destination.authority
        let general = String(cString: curl_easy_strerror(code))
        let words = reason.isEmpty ? general : reason
        let proxyStatus = ccurl_get_number(handle, CURLINFO_HTTP_CONNECTCODE)
        if let address = judge.refused {
            return TransportFailure(
                .forbidden, "\(host) is at \(address.text), an address of a private network")
        }
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return TransportFailure(.late, "\(host) did not answer within \(limit)")
        case CURLE_URL_MALFORMAT:
            // Letters beyond ASCII are turned into a name for the DNS only now (RFC 5891).
            return TransportFailure(.forbidden, "\(host) cannot be the name of a host")
        case CURLE_COULDNT_RESOLVE_HOST:
            return TransportFailure(.unresolved, "no address is known for \(host)")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return TransportFailure(.unresolved, "no address is known for the proxy to \(host)")
        case _ where proxyStatus != 0 && proxyStatus / 100 != 2:
            return TransportFailure(
                .unreachable, "the proxy refuses to connect to \(host): HTTP \(proxyStatus)")
        case CURLE_COULDNT_CONNECT where ccurl_get_number(handle, CURLINFO_OS_ERRNO) != 0:
            // The system refused a connection, to the host or to its proxy, which the words name.
            return TransportFailure(.unreachable, "\(host) cannot be reached: \(words)")
        case CURLE_COULDNT_CONNECT, CURLE_PROXY:
            return TransportFailure(.unreachable, "\(host) cannot be reached: \(general)")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            guard ccurl_get_number(handle, CURLINFO_RESPONSE_CODE) == 0 else { break }
            return TransportFailure(.unreachable, "\(host) closed the connection unanswered")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            return TransportFailure(.untrusted, "\(host) could not prove who it is: \(words)")
        case CURLE_FAILED_INIT, CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN, CURLE_OUT_OF_MEMORY:
            return TransportFailure(.unreachable, "libcurl cannot ask \(host): \(general)")
        case CURLE_WRITE_ERROR where answer.isTooLong:
            return TransportFailure(.malformed, "the answer of \(host) is too long")
        default: break
        }
        return TransportFailure(.malformed, "the answer of \(host) is broken: \(general)")
    }

    /// The time that was over, in whole seconds: that for connecting, unless there was a
    /// connection, and that of earlier attempts.
    private var limit: String {
        let isConnected = ccurl_get_size(handle, CURLINFO_PRETRANSFER_TIME_T) > 0
        let limit = isConnected ? request.timeout : min(request.timeout, request.connectTimeout)
        return "\((request.waited + limit + 999) / 1000) s"
    }
}
