import Configuration
import CredentialCore
import Glibc
import HostAccess
import Hosts
import Launch
import Transport

/// What it takes to ask a host: the connection, what the configuration says of the host, the time.
struct HostContext {
    /// How long all questions of one request may take, in milliseconds: less than whoever asked
    /// waits for the answer.
    private static let patience = 25_000

    let configuration: Configuration
    let http: any HTTPClient
    let now: () -> Int64
    let deadline: Deadline

    init(
        _ configuration: Configuration, http: any HTTPClient,
        deadline: Deadline = Deadline(milliseconds: patience),
        now: @escaping () -> Int64 = { Int64(time(nil)) }
    ) {
        self.configuration = configuration
        self.http = http
        self.deadline = deadline
        self.now = now
    }

    /// The service at a place.
    ///
    /// - Parameter known: what it was known as when a login there was stored.
    func codeHost(at place: HostPlace, known: String? = nil) -> CodeHost {
        CodeHost(
            at: place.address, provider: configuration.prompt.provider(at: place.address) ?? known,
            challenges: place.challenges)
    }

    /// Sends a request, once, that may take what is left of the time.
    func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        var request = request
        request.headers.append(HTTPHeader("User-Agent", "keyfob/\(Version.text)"))
        request.timeout = min(request.timeout, deadline.remaining)
        request.connectTimeout = min(request.connectTimeout, request.timeout)
        return try http.send(request)
    }
}

extension HostPlace {
    /// Why there is no answer, as a person is told.
    func error(_ failure: TransportFailure) -> CredentialError {
        let finding = Obstacle(failure, wireProtocol, at: address).finding
        return CredentialError(.unreachable, finding.text, remedy: finding.remedy)
    }
}

extension HostLogin {
    /// The login that a token is by itself (RFC 6750, 2.1).
    init(bearer token: Secret) {
        self.init(username: nil, secret: token, authtype: Array("Bearer".utf8))
    }
}
