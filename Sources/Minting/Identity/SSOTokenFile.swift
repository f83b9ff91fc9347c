import CredentialCore
import ProtectedFiles
import SecretJSON
import Tokens

/// The file in which AWS's tools keep the token of a login at IAM Identity Center, and what renews
/// it.
struct SSOTokenFile {
    private let path: String
    private(set) var accessToken: Secret?
    private(set) var expiresAt: Int64?
    private(set) var refreshToken: Secret?
    private(set) var clientID: String?
    private(set) var clientSecret: Secret?
    private(set) var registrationExpiresAt: Int64?

    /// Reads a file; nil when there is none, or another kind of file.
    ///
    /// - Throws: whatever reading it throws.
    init?(_ path: String, _ files: WitnessedFiles) throws(CredentialError) {
        guard let content = try files.read(path), let fields = ReplyFields(content) else {
            return nil
        }
        self.path = path
        accessToken = fields.secret("accessToken")
        expiresAt = fields.text("expiresAt").flatMap(ISO8601.seconds)
        refreshToken = fields.secret("refreshToken")
        clientID = fields.text("clientId")
        clientSecret = fields.secret("clientSecret")
        registrationExpiresAt = fields.text("registrationExpiresAt").flatMap(ISO8601.seconds)
    }

    /// Takes a new token over and writes the file anew, as AWS's tools do: as a whole, and readable
    /// by nobody else.
    ///
    /// - Throws: `unsafeFile`, `system` when it cannot be written.
    mutating func replace(with token: SSOToken, _ login: SSOLogin) throws(CredentialError) {
        accessToken = token.accessToken
        expiresAt = token.expiresAt
        // A server that gives out no new one lets the old one be used again (RFC 6749, section 6).
        refreshToken = token.refreshToken ?? refreshToken
        try withFolder { (folder, name) throws(CredentialError) in
            try content(login).withBytes { (bytes) throws(CredentialError) in
                try folder.replace(name, with: bytes)
            }
        }
    }

    /// Sees whether the file could be written anew, and changes nothing.
    ///
    /// - Throws: as ``replace(with:_:)``.
    func tryToWrite(_ login: SSOLogin) throws(CredentialError) {
        try withFolder { (folder, name) throws(CredentialError) in
            try content(login).withBytes { (bytes) throws(CredentialError) in
                try folder.write(name + ".new", bytes)
            }
            try folder.remove(name + ".new")
        }
    }

    private func withFolder(
        _ body: (borrowing Folder, String) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        guard let slash = path.lastIndex(of: "/"),
            let folder = try Folder(opening: String(path[..<slash]))
        else { return }
        try body(folder, String(path[path.index(after: slash)...]))
    }

    private func content(_ login: SSOLogin) -> Secret {
        let members: [(StaticString, Secret?)] = [
            ("startUrl", Secret(login.startURL)), ("region", Secret(login.region)),
            ("accessToken", accessToken), ("expiresAt", expiresAt.map { Secret(ISO8601.text($0)) }),
            ("clientId", clientID.map { Secret($0) }), ("clientSecret", clientSecret),
            (
                "registrationExpiresAt",
                registrationExpiresAt.map { Secret(ISO8601.text($0)) }
            ),
            ("refreshToken", refreshToken),
        ]
        let content = SecretBuffer()
        for (name, value) in members {
            guard let value else { continue }
            content.append(content.count == 0 ? "{\"" : ", \"")
            content.append(name)
            content.append("\": ")
            value.withBytes { bytes in
                JSONEncoding.forEachByte(ofString: bytes) { content.append($0) }
            }
        }
        content.append("}")
        return Secret(content)
    }
}

extension Secret {
    fileprivate init(_ text: String) {
        self.init(copying: Array(text.utf8))
    }
}
