import CredentialCore
import Yams

/// The hosts and users in `hosts.yml` of `gh`.
///
/// The tokens are taken out of the text, and marks put in their places, before a YAML parser sees
/// it: the parser keeps what it reads in ordinary memory.
/// <https://cli.github.com/manual/gh_auth_login>
struct GitHubHosts {
    /// A token in the file.
    struct Token {
        let secret: Secret
        /// Its line, when nothing else stands there.
        let line: Range<Int>?
    }

    /// A user of a host; without a token, the keyring may have it.
    struct Login {
        let host: String
        let username: String?
        /// Whether `gh` acts as this user.
        let isActive: Bool
        let tokens: [Token]
    }

    private static let markPrefix = "keyfob-token-"
    /// The logins in the order of the file.
    let logins: [Login]

    /// Reads the file.
    ///
    /// - Throws: `limit`, and `configuration` when it is not what `gh` writes.
    init(_ file: SourceFile) throws(CredentialError) {
        let text = try MaskedHosts(file, markPrefix: Self.markPrefix)
        try Self.checkShape(text.masked, file.path)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text.masked)
        } catch {
            // The parser's own words repeat the text.
            throw Self.refusal(file.path, "it is not YAML")
        }
        guard let root else {
            logins = []
            return
        }
        guard let hosts = root.mapping else { throw Self.refusal(file.path, "it names no hosts") }
        var logins: [Login] = []
        for (name, value) in hosts {
            guard let name = name.string, let settings = value.mapping else {
                throw Self.refusal(file.path, "a host has no settings")
            }
            logins += try Self.logins(of: name, settings) { (node) throws(CredentialError) in
                try text.token(node, Self.markPrefix)
            }
        }
        self.logins = logins
    }

    private static func logins(
        of host: String, _ settings: Node.Mapping,
        _ token: (Node?) throws(CredentialError) -> Token?
    ) throws(CredentialError) -> [Login] {
        let active = settings["user"]?.string
        let common = try token(settings["oauth_token"])
        var logins: [Login] = []
        for (name, value) in settings["users"]?.mapping ?? [:] {
            let own = try token(value.mapping?["oauth_token"])
            // The active user's token stands there twice.
            let isActive = name.string == active
            var tokens = [own].compactMap(\.self)
            if isActive, let common, own.map({ $0.secret.matches(common.secret) }) ?? true {
                tokens.append(common)
            }
            logins.append(
                Login(host: host, username: name.string, isActive: isActive, tokens: tokens))
        }
        let isTaken = logins.contains { login in
            login.isActive
                && common.map { token in
                    login.tokens.contains { $0.secret.matches(token.secret) }
                } ?? true
        }
        if !isTaken, common != nil || logins.isEmpty {
            logins.append(
                Login(
                    host: host, username: active, isActive: true,
                    tokens: [common].compactMap(\.self)))
        }
        return logins
    }

    /// Refuses what makes a parser work without end.
    private static func checkShape(_ text: String, _ path: String) throws(CredentialError) {
        do throws(CredentialError) {
            try YAMLShape.check(Secret(copying: Array(text.utf8)), limit: 1)
        } catch {
            throw refusal(path, error.problem)
        }
    }

    static func refusal(_ path: String, _ problem: String) -> CredentialError {
        CredentialError(
            .configuration, "\(path) cannot be read: \(problem)",
            remedy: "see what `gh auth status` says")
    }
}
