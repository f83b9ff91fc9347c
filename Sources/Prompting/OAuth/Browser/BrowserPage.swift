import CredentialCore

/// A page that a browser may be sent to: a URL that programs which quote badly can take, too. Those
/// that open browsers are shell scripts often enough, and in part it is a host that names the page.
struct BrowserPage: Equatable {
    private static let limit = 8 << 10

    /// The URL.
    let url: String

    /// Checks a URL: https, or http on loopback, and of RFC 3986's characters those that mean
    /// nothing to a shell but `&`, without which there is no query.
    ///
    /// - Returns: nil for any other.
    init?(_ url: String) {
        let bytes = Array(url.utf8)
        let rest = bytes.drop { $0 != UInt8(ascii: ":") }
        let scheme = Array(bytes.prefix(bytes.count - rest.count))
        guard bytes.count <= Self.limit, rest.starts(with: "://".utf8),
            bytes.allSatisfy(Self.isHarmless)
        else { return nil }
        let authority = rest.dropFirst(3).prefix { !"/?#".utf8.contains($0) }
        // Without a user name before the host, as which another host can be dressed up.
        guard !authority.contains(UInt8(ascii: "@")),
            let address = try? Address(git: scheme + Array("://".utf8) + authority),
            !address.host.isEmpty,
            scheme == Scheme.https || (scheme == Scheme.http && address.isLoopback)
        else { return nil }
        self.url = url
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || "-._~:/?#[]@&=+,%".utf8.contains(byte)
    }
}
