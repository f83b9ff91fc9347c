public import CredentialCore

/// Sends requests.
public protocol HTTPClient: AnyObject {
    /// Sends a request, once. A redirect is an answer like any other and is not followed.
    ///
    /// - Throws: ``TransportFailure`` when there is no answer, or none that may be believed.
    func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse
}

/// An answer over HTTP (RFC 9110).
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The headers, their names in lower case.
    public var headers: [(name: String, value: String)]
    /// The body, decompressed.
    public var body: Secret
    /// The address that answered; nil when a proxy stands between.
    public var address: NetworkAddress?

    /// A response from its parts.
    public init(status: Int, headers: [(name: String, value: String)], body: Secret) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, which is given in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// Why there is no answer.
public struct TransportFailure: Error, Hashable, Sendable {
    /// The reasons that programs tell apart.
    public enum Reason: Hashable, Sendable {
        /// The URL is none, or not one that a secret may go to: plain HTTP to a distant host,
        /// or a private address where only public ones may be asked.
        case forbidden
        /// A header would become two, or something else than a header.
        case unsendable
        /// The host's name is not known.
        case unresolved
        /// Nobody can be reached there.
        case unreachable
        /// The time was over.
        case late
        /// The other side could not prove who it is.
        case untrusted
        /// The answer is longer than 1 MiB, or breaks the protocol.
        case malformed
    }

    /// The reason.
    public let reason: Reason
    /// What happened, as a clause that names host and port: `api.example.com:443 did not answer
    /// within 5 s`. It holds no secret, no query and no user info.
    public let problem: String

    /// A failure from its parts.
    public init(_ reason: Reason, _ problem: String) {
        self.reason = reason
        self.problem = problem
    }
}
