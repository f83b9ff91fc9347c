import Configuration
import CredentialCore
import Glibc
import SecretJSON

/// What docker-credential-pass keeps in a password store:
/// `docker-credential-helpers/ADDRESS/USER.gpg`, the address in base64 for URLs.
///
/// <https://github.com/docker/docker-credential-helpers/tree/master/pass>
struct PassSource: ImportSource {
    private static let folder = "docker-credential-helpers"
    private let store: String
    private let surroundings: Surroundings

    init(_ store: String, _ surroundings: Surroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    func entries() throws(CredentialError) -> [ImportEntry] {
        let root = "\(store)/\(Self.folder)"
        guard access(root, F_OK) == 0 else {
            throw CredentialError(
                .notFound, "there is no \(root)",
                remedy: "name the password store after the source, if it is elsewhere")
        }
        // pass finds its store by this alone.
        setenv("PASSWORD_STORE_DIR", store, 1)
        let pass = try PasswordStore(surroundings)
        var entries: [ImportEntry] = []
        for folder in Self.names(in: root) {
            let encoded = Self.rest(of: folder, after: root)
            let server = Self.decoded(encoded)
            for file in Self.logins(in: folder, depth: 0) {
                let login = String(Self.rest(of: file, after: folder).dropLast(".gpg".count))
                let username = Array(login.utf8)
                let name = "\(Self.folder)/\(encoded)/\(login)"
                entries.append(
                    ImportEntry(
                        place: "pass", address: server ?? encoded, username: username,
                        removal: .passEntry(pass, name: name)
                    ) { () throws(CredentialError) in
                        guard let server else {
                            throw CredentialError(.badRequest, "its folder's name is not base64")
                        }
                        return try ImportedCredential(
                            registry: server, username: username, secret: try pass.show(name))
                    })
            }
        }
        return entries
    }

    private static func rest(of path: String, after folder: String) -> String {
        String(decoding: path.utf8.dropFirst(folder.utf8.count + 1), as: UTF8.self)
    }

    /// The address in a folder's name; nil when it is none.
    private static func decoded(_ name: String) -> String? {
        var text = name.utf8.map { byte in
            byte == UInt8(ascii: "-")
                ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        guard let decoded = text.withUnsafeBytes(Base64.decode), !decoded.isEmpty else {
            return nil
        }
        return decoded.plainText
    }

    /// The files of logins. A user name with a slash in it has made folders.
    private static func logins(in folder: String, depth: Int) -> [String] {
        guard depth < 8 else { return [] }
        return names(in: folder).flatMap { path in
            path.hasSuffix(".gpg") ? [path] : logins(in: path, depth: depth + 1)
        }
    }

    private static func names(in folder: String) -> [String] {
        ClientFile.files(in: folder).filter { path in
            path.split(separator: "/").last?.hasPrefix(".") == false
        }.sorted()
    }
}
