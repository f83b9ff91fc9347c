import Launch
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

    /// Whether whoever answers, or something before it, is broken for now.
    var isOutage: Bool { [500, 502, 503, 504].contains(status) }

    /// Whether too much was asked in too short a time (RFC 6585, section 4).
    var isThrottling: Bool { status == 429 }

    /// Whether another attempt may get another answer.
    var mayPass: Bool { isOutage || isThrottling }
}

extension TransportFailure {
    /// Whether another attempt may find the network better.
    var mayPass: Bool {
        switch reason {
        case .unresolved, .unreachable, .late: true
        case .forbidden, .unsendable, .untrusted, .malformed: false
        }
    }

    /// What to do about it.
    var remedy: String {
        switch reason {
        case .forbidden: "write the endpoint with https://"
        case .unsendable: "see whether a control character came into the AWS credentials"
        case .unresolved: "see whether the network, its DNS and the region's name are right"
        case .unreachable, .late: "see whether the network, its proxy (HTTPS_PROXY) or VPN is up"
        case .untrusted:
            "if a proxy of yours reads what is sent, name the file of its CA in AWS_CA_BUNDLE"
        case .malformed: "see whether a proxy or login page answers instead"
        }
    }
}
