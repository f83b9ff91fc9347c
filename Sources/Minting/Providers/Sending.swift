import Transport

extension AWSSurroundings {
    /// Sends a request that may take what is left of the time, but not more.
    func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        let left = deadline.remaining
        guard left > 0 else {
            let host = ServiceHost.text(of: request.url)
            throw TransportFailure(.late, "there was no time left to ask \(host)")
        }
        var request = request
        request.timeout = min(request.timeout, left)
        request.connectTimeout = min(request.connectTimeout, left)
        return try http.send(request)
    }
}

extension HTTPResponse {
    /// Whether it is what was asked for.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether whoever answers cannot do so for now.
    var isOutage: Bool { status == 429 || status >= 500 }

    /// When it was sent, by the server's clock, in seconds since 1970; nil when it does not say.
    var date: Int64? { header("date").flatMap(HTTPDate.seconds) }
}

extension TransportFailure {
    /// Whether another attempt may find the network better.
    var mayPass: Bool {
        switch reason {
        case .unresolved, .unreachable, .late: true
        case .forbidden, .untrusted, .malformed: false
        }
    }

    /// What to do about it.
    var remedy: String {
        switch reason {
        case .forbidden: "write the endpoint with https://"
        case .unresolved: "see whether the network, its DNS and the region's name are right"
        case .unreachable, .late: "see whether the network, its proxy (HTTPS_PROXY) or VPN is up"
        case .untrusted:
            "if a proxy of yours reads what is sent, name the file of its CA in AWS_CA_BUNDLE"
        case .malformed: "see whether a proxy or login page answers instead"
        }
    }
}
