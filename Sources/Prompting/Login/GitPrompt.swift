import CredentialCore
import HostAccess

/// The questions as git writes them (git's credential.c and strbuf.c). Editors and other askpass
/// programs read them.
enum GitPrompt {
    /// The question for a user name.
    static func username(at place: HostPlace) -> String {
        "Username for '\(url(place.address, username: []))': "
    }

    /// The question for a password.
    ///
    /// - Parameter username: whose; empty for nobody's.
    static func password(at place: HostPlace, username: [UInt8]) -> String {
        "Password for '\(url(place.address, username: username))': "
    }

    private static func url(_ address: Address, username: [UInt8]) -> String {
        var url = address.scheme + Array("://".utf8)
        if !username.isEmpty {
            url += encoded(username, besides: "/") + [UInt8(ascii: "@")]
        }
        url += address.authority.flatMap { isOfHost($0) ? [$0] : escaped($0) }
        if !address.path.isEmpty { url += [UInt8(ascii: "/")] + encoded(address.path) }
        return String(decoding: url, as: UTF8.self)
    }

    /// What RFC 3986 (2.2) reserves or leaves out, the slash aside.
    private static let unsafe = Array(" <>\"%{}|\\^`:?#[]@!$&'()*+,;=".utf8)

    private static func encoded(_ bytes: [UInt8], besides others: String = "") -> [UInt8] {
        bytes.flatMap { byte in
            byte <= 0x1F || byte >= 0x7F || unsafe.contains(byte) || others.utf8.contains(byte)
                ? escaped(byte) : [byte]
        }
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || "-.:[]".utf8.contains(byte)
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
