import CredentialCore
import SecretService

/// The tokens of GitHub's command `gh`: in `hosts.yml` in clear, or in the keyring under `gh:HOST`.
struct GitHubSource: ImportSource {
    private let path: String
    private let keyring: ForeignKeyring

    init(_ path: String, _ keyring: ForeignKeyring) {
        self.path = path
        self.keyring = keyring
    }

    func entries() throws(CredentialError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        for file in try SourceFile.all([path]) {
            // The one that gh uses comes first, and counts.
            let logins = try GitHubHosts(file).logins
            for login in logins.filter(\.isActive) + logins.filter({ !$0.isActive }) {
                entries.append(
                    login.tokens.isEmpty ? inKeyring(login) : inFile(login, file))
            }
        }
        return entries
    }

    private func inFile(_ login: GitHubHosts.Login, _ file: SourceFile) -> ImportEntry {
        let lines = login.tokens.compactMap(\.line)
        return ImportEntry(
            place: file.path, address: login.host, username: login.username.map { Array($0.utf8) },
            removal: lines.count == login.tokens.count
                ? .cut(file, lines) : .stays("its line holds more than the token")
        ) { () throws(CredentialError) in
            guard let token = login.tokens.first else {
                throw CredentialError(.notFound, "there is no token")
            }
            return try importedLogin(login, token.secret)
        }
    }

    /// The keyring has an item for each user, and one without a name for the active one.
    private func inKeyring(_ login: GitHubHosts.Login) -> ImportEntry {
        var removable: [ServiceItem] = []
        var entry = ImportEntry(
            place: "keyring: gh:\(login.host)", address: login.host,
            username: login.username.map { Array($0.utf8) }
        ) { () throws(CredentialError) in
            let items = try keyring.items(["service": "gh:\(login.host)"])
            let names = [login.username, login.isActive ? "" : nil].compactMap(\.self)
            var found: Secret?
            for name in names {
                for item in items where (item.attributes["username"] ?? "") == name {
                    let secret = try keyring.read(item).secret
                    guard found.map(secret.matches) ?? true else { continue }
                    found = secret
                    var kept = item
                    kept.secret = secret
                    removable.append(kept)
                }
            }
            guard let found else {
                throw CredentialError(
                    .notFound, "its token is neither in \(path) nor in the keyring")
            }
            return try importedLogin(login, found)
        }
        entry.removal = .items(keyring, removable)
        return entry
    }

    private func importedLogin(
        _ login: GitHubHosts.Login, _ token: Secret
    ) throws(CredentialError) -> ImportedCredential {
        guard token.isOneLine else {
            throw CredentialError(.badRequest, "its token is more than one line")
        }
        var imported = try ImportedCredential(
            git: Scheme.https, host: Array(login.host.utf8), path: nil,
            username: login.username.map { Array($0.utf8) }, kind: .token, secret: token)
        if imported.binding?.pattern.address.host == Array("github.com".utf8) {
            imported.furtherBinding = "registry:ghcr.io"
        }
        return imported
    }
}
