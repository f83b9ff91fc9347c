/// Where a credential is used: scheme, host, port and path, in one canonical form.
///
/// This is the only parser of hosts and URLs in the project. It works on bytes and refuses what it
/// does not know: user info, queries, control bytes, empty or dotted path segments, a trailing dot.
/// Two addresses are the same exactly when they are equal.
public struct Address: Hashable, Sendable {
    /// The scheme in lower case; `https` when a registry was named without one.
    public let scheme: [UInt8]
    /// The host: ASCII in lower case, other bytes as they came, an IPv6 literal in its brackets.
    public let host: [UInt8]
    /// The port, or 0 when it is the scheme's default.
    public let port: UInt16
    /// The path's segments, percent-decoded, joined by `/`; empty when there is none.
    public let path: [UInt8]

    /// An address from parts that are in canonical form already.
    package init(scheme: [UInt8], host: [UInt8], port: UInt16, path: [UInt8]) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// Whether the host is this machine by its name: no network that others could listen on lies
    /// between.
    public var isLoopback: Bool { HostName.isLoopback(host) }

    /// Scheme, host, port and path as a person writes them. The scheme is left out when `https`.
    public var text: String { Printable.text(bytes) }

    /// Like ``text``, as bytes: parsing them gives this address again.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        if scheme != Scheme.https { result += scheme + Array("://".utf8) }
        result += authority
        if !path.isEmpty { result += [Byte.slash] + AddressPath.encoded(path) }
        return result
    }

    /// The host, followed by the port when it is not the scheme's default.
    public var authority: [UInt8] {
        port == 0 ? host : host + [Byte.colon] + Array(String(port).utf8)
    }
}

/// The schemes that have rules of their own.
public enum Scheme {
    /// `https`
    public static let https = Array("https".utf8)
    /// `http`
    public static let http = Array("http".utf8)

    /// The port a URL of this scheme means when it names none; 0 when there is no such port.
    static func defaultPort(of scheme: [UInt8]) -> UInt16 {
        scheme == https ? 443 : scheme == http ? 80 : 0
    }

    /// The scheme in lower case, or nil when it is none (RFC 3986, section 3.1).
    static func canonical(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard let first = bytes.first, Byte.isLetter(first), bytes.count <= 32 else { return nil }
        let known = bytes.allSatisfy { byte in
            Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.dot || byte == Byte.minus
                || byte == Byte.plus
        }
        return known ? bytes.map(Byte.lowercased) : nil
    }
}
