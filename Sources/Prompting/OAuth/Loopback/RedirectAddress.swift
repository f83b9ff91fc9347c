import Configuration
import CredentialCore

/// Where a browser brings the server's answer: an http URL on loopback (RFC 8252, 7.3).
struct RedirectAddress: Equatable {
    /// The host as the server knows it, which compares the whole URL byte for byte.
    let host: String
    /// The port; nil for any that is free.
    let port: UInt16?
    /// The path; empty or beginning with `/`.
    let path: String

    /// Where nothing else is registered: an address, not a name that could resolve to another one
    /// (RFC 8252, 8.3).
    init() {
        host = "127.0.0.1"
        port = nil
        path = "/"
    }

    /// Reads a configured URL. One without a port stands for every port.
    ///
    /// - Throws: `configuration` when a browser that follows it would not come here.
    init(_ url: String) throws(CredentialError) {
        let scheme = "http://"
        let isPlain = url.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        let port = parts.count == 2 ? UInt16(parts[1]) : nil
        guard isPlain, url.hasPrefix(scheme), !rest.contains(where: { "?#".contains($0) }),
            parts[0] == "127.0.0.1" || parts[0] == "localhost",
            parts.count == 1 || (port ?? 0) > 0
        else {
            throw CredentialError(
                .configuration,
                "Keyfob listens on 127.0.0.1, and no browser comes there by the redirectUrl "
                    + "`\(Printable.text(url))`",
                remedy: "register and write one such as http://127.0.0.1:34106/")
        }
        host = String(parts[0])
        self.port = port
        path = String(rest.dropFirst(authority.count))
    }

    /// The URL that the server sends the browser to.
    func url(port: UInt16) -> String { "http://\(host):\(port)\(path)" }

    /// The path of the request that the browser then sends (RFC 9112, 3.2.1).
    var requestPath: String { path.isEmpty ? "/" : path }
}
