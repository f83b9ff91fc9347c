public import CredentialCore

/// A request over HTTP (RFC 9110).
public struct HTTPRequest: Sendable {
    /// The methods there is use for.
    public enum Method: String, Sendable {
        /// Reads.
        case get = "GET"
        /// Asks for something to be done.
        case post = "POST"
        /// Asks for a session, of a metadata service.
        case put = "PUT"
    }

    /// The method.
    public var method: Method
    /// Where to: an absolute URL, `https://host[:port]/path[?query]`.
    public var url: String
    /// The headers, in the order they are sent. `Host` and `Content-Length` are added.
    public var headers: [HTTPHeader]
    /// The body; nil for none.
    public var body: Secret?
    /// Whether the proxies of the environment are used.
    public var usesProxy = true
    /// Whether it goes to public addresses alone: a stranger named the host. Nothing is sent to one
    /// that is this machine's, or of a private network.
    public var refusesPrivateAddresses = false
    /// How long the connection may take, in milliseconds.
    public var connectTimeout = 5000
    /// How long all of it may take, in milliseconds.
    public var timeout = 20_000
    /// How long the answer was waited for in earlier attempts, in milliseconds. Who is told that
    /// none came is told the time of all of them.
    public var waited = 0

    /// A request from its parts.
    public init(
        _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: Secret? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// One header of a request. Its value may be secret.
public struct HTTPHeader: Sendable {
    /// The name, as it is sent.
    public var name: String
    /// The value.
    public var value: Secret

    /// A header with a secret value.
    public init(_ name: String, _ value: Secret) {
        self.name = name
        self.value = value
    }

    /// A header that is not secret.
    public init(_ name: String, _ text: String) {
        self.init(name, Secret(copying: Array(text.utf8)))
    }
}
