import CCurl
import CredentialCore

/// HTTP as libcurl speaks it, with the machine's own proxies and certificate authorities.
///
/// Connections are kept for the next request. libcurl takes nothing else from its surroundings:
/// no cookies, no netrc, no configuration file.
public final class CurlClient: HTTPClient {
    private let handle: UnsafeMutableRawPointer?
    /// A file of certificates that are trusted in place of the system's.
    public var caBundle: String?
    /// Whether the system's certificates are trusted beside them.
    private let addsToSystem: Bool

    /// A client without connections.
    ///
    /// - Parameters:
    ///   - caBundle: a file of certificates that are trusted in place of the system's.
    ///   - addsToSystem: whether they are trusted beside the system's instead.
    public init(caBundle: String? = nil, addsToSystem: Bool = false) {
        handle = Self.start == CURLE_OK ? curl_easy_init() : nil
        self.caBundle = caBundle
        self.addsToSystem = addsToSystem
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    /// Sends a request over a connection that is there, or a new one.
    public func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        let destination = try Destination(request.url)
        let headers = try HeaderList(request.headers)
        guard let handle else { throw TransportFailure(.unreachable, "libcurl does not start") }
        // The handle must not point to this request's memory any longer than it lives.
        defer { curl_easy_reset(handle) }
        return try Transfer(handle, request, to: destination).run(
            headers, caBundle: caBundle, addsToSystem: addsToSystem)
    }

    /// libcurl has to be started once in a process.
    private static let start = ccurl_start()
}
