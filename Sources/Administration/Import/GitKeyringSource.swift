import CredentialCore
import SecretService

/// The items of git's helper for libsecret.
///
/// The secret is the password; further lines hold what else git knows of it.
/// <https://github.com/git/git/tree/master/contrib/credential/libsecret>
struct GitKeyringSource: ImportSource {
    private static let schema = "org.git.Password"
    /// What the helper used before git 2.43, and what other programs use too.
    private static let olderSchema = "org.gnome.keyring.NetworkPassword"
    private static let olderLabel = "Git: "
    private let keyring: ForeignKeyring

    init(_ keyring: ForeignKeyring) {
        self.keyring = keyring
    }

    func entries() throws(CredentialError) -> [ImportEntry] {
        let older = try keyring.items(["xdg:schema": Self.olderSchema])
            .filter { $0.label.hasPrefix(Self.olderLabel) }
        return try (keyring.items(["xdg:schema": Self.schema]) + older).map { item in
            let attributes = item.attributes
            let username = attributes["user"].map { Array($0.utf8) }
            let port = attributes["port"].flatMap { $0 == "0" ? nil : ":\($0)" } ?? ""
            let host = (attributes["server"] ?? "") + port
            let path = attributes["object"] ?? ""
            let scheme = attributes["protocol"] ?? ""
            var removable = item
            var entry = ImportEntry(
                place: "keyring: git",
                address: "\(scheme)://\(host)" + (path.isEmpty ? "" : "/")
                    + path, username: username
            ) { () throws(CredentialError) in
                let secret = try keyring.read(item).secret
                removable.secret = secret
                return try login(
                    secret, Array(scheme.utf8), Array(host.utf8), Array(path.utf8), username)
            }
            entry.removal = .items(keyring, [removable])
            return entry
        }
    }

    private func login(
        _ secret: Secret, _ scheme: [UInt8], _ host: [UInt8], _ path: [UInt8], _ username: [UInt8]?
    ) throws(CredentialError) -> ImportedCredential {
        let end = secret.firstIndex(of: UInt8(ascii: "\n")) ?? secret.count
        var login = try ImportedCredential(
            git: scheme, host: host, path: path, username: username,
            secret: secret.slice(0..<end))
        var start = end + 1
        while start < secret.count {
            let rest = secret.slice(start..<secret.count)
            let length = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
            let line = rest.slice(0..<length)
            if let value = Self.value(of: "password_expiry_utc=", in: line) {
                let digits = String(decoding: value.plainBytes(0..<value.count), as: UTF8.self)
                login.credential.expiresAt = Int64(digits).flatMap { $0 > 0 ? $0 : nil }
            } else if let value = Self.value(of: "oauth_refresh_token=", in: line), !value.isEmpty {
                login.fields["refreshToken"] = value
            }
            start += length + 1
        }
        return login
    }

    private static func value(of key: String, in line: Secret) -> Secret? {
        let isOne = line.withBytes { $0.starts(with: key.utf8) }
        return isOne ? line.slice(key.utf8.count..<line.count) : nil
    }
}
