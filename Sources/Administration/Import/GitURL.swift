import CredentialCore

/// A line of git-credential-store, taken apart as git does it: `https://user:password@host/path`,
/// each part percent-encoded.
struct GitURL {
    let scheme: [UInt8]
    let host: [UInt8]
    let path: [UInt8]
    let username: [UInt8]
    private let password: Secret

    /// Reads a line; nil when it is no URL with user and password.
    init?(_ line: Secret) {
        let parts = line.withBytes { Self.parts(of: $0) }
        guard let parts else { return nil }
        scheme = line.plainBytes(parts.scheme)
        username = Self.decoded(line.plainBytes(parts.username))
        password = Self.decoded(line.slice(parts.password))
        host = Self.decoded(line.plainBytes(parts.host))
        var path = Self.decoded(line.plainBytes(parts.path))
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        self.path = path
    }

    /// The address without user and password.
    var address: String {
        let path = path.isEmpty ? "" : "/" + Printable.text(path)
        return "\(Printable.text(scheme))://\(Printable.text(host))\(path)"
    }

    /// The login.
    ///
    /// - Throws: `badRequest` when the address is none of ours, or a part cannot be sent to git.
    func login() throws(CredentialError) -> ImportedCredential {
        guard password.isOneLine else {
            throw CredentialError(.badRequest, "its password is more than one line")
        }
        return try ImportedCredential(
            git: scheme, host: host, path: path.isEmpty ? nil : path, username: username,
            secret: password)
    }

    private struct Parts {
        let scheme: Range<Int>
        let username: Range<Int>
        let password: Range<Int>
        let host: Range<Int>
        let path: Range<Int>
    }

    private static func parts(of bytes: UnsafeRawBufferPointer) -> Parts? {
        let separator = Array("://".utf8)
        guard let schemeEnd = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }),
            schemeEnd > 0
        else { return nil }
        let start = schemeEnd + separator.count
        let delimiters = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")]
        let hostEnd = bytes[start...].firstIndex(where: delimiters.contains) ?? bytes.count
        guard let at = bytes[start..<hostEnd].firstIndex(of: UInt8(ascii: "@")),
            let colon = bytes[start..<at].firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let pathStart = bytes[hostEnd...].firstIndex { $0 != UInt8(ascii: "/") } ?? bytes.count
        return Parts(
            scheme: 0..<schemeEnd, username: start..<colon, password: (colon + 1)..<at,
            host: (at + 1)..<hostEnd, path: pathStart..<bytes.count)
    }

    /// An escape that is none stays as it is, as git leaves it.
    private static func decode(_ bytes: some RandomAccessCollection<UInt8>, _ take: (UInt8) -> Void)
    {
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let high = Byte.hexValue(rest[rest.startIndex]),
                let low = Byte.hexValue(rest[rest.index(after: rest.startIndex)])
            {
                take(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                take(byte)
            }
        }
    }

    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        decode(bytes) { result.append($0) }
        return result
    }

    private static func decoded(_ secret: Secret) -> Secret {
        let result = SecretBuffer(capacity: secret.count)
        secret.withBytes { decode($0) { result.append($0) } }
        return Secret(result)
    }
}
