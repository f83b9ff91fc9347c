import CredentialCore

/// An endpoint that the user wrote down: a service's own, else the one for all.
enum EndpointOverride {
    /// The URL without a slash at its end, its scheme and host in lower case; nil when none is set.
    static func url(
        of service: AWSService, _ settings: EndpointSettings
    ) throws(CredentialError) -> String? {
        guard let written = settings.urls[service] ?? settings.url else { return nil }
        let setting = settings.urls[service] == nil ? "for AWS" : "for AWS \(service.title)"
        guard let url = canonical(written) else {
            // The URL is not repeated: a password may stand in it.
            throw CredentialError(
                .configuration, "the endpoint URL that is set \(setting) cannot be used",
                remedy: "write `https://host[:port][/path]`, without a user name or a query")
        }
        return url
    }

    private static func canonical(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy(isPrintable), let scheme = scheme(of: bytes) else { return nil }
        let rest = bytes[scheme.count...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        var path = rest[authority.endIndex...]
        guard isAuthority(authority), !path.contains(where: { "?#".utf8.contains($0) }) else {
            return nil
        }
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        return scheme + String(decoding: authority, as: UTF8.self).lowercased()
            + String(decoding: path, as: UTF8.self)
    }

    private static func scheme(of bytes: [UInt8]) -> String? {
        ["https://", "http://"].first { scheme in
            String(decoding: bytes.prefix(scheme.utf8.count), as: UTF8.self).lowercased() == scheme
        }
    }

    /// `host` or `host:port`, where the host is a name or an address, `[…]` around an IPv6 one.
    private static func isAuthority(_ authority: ArraySlice<UInt8>) -> Bool {
        let isLiteral = authority.first == UInt8(ascii: "[")
        let hostEnd =
            isLiteral
            ? authority.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 }
            : authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        guard let hostEnd else { return false }
        let host = isLiteral ? authority[..<hostEnd].dropFirst().dropLast() : authority[..<hostEnd]
        let port = authority[hostEnd...]
        let portIsFine =
            port.isEmpty
            || (port.first == UInt8(ascii: ":") && port.count <= 6
                && port.dropFirst().allSatisfy(Byte.isDigit)
                && UInt16(String(decoding: port.dropFirst(), as: UTF8.self)) ?? 0 > 0)
        return !host.isEmpty && portIsFine
            && host.allSatisfy { byte in
                isLiteral
                    ? isHexDigit(byte) || ":.".utf8.contains(byte)
                    : Byte.isDigit(byte) || Byte.isLetter(byte) || "-._".utf8.contains(byte)
            }
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        Byte.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
