import ArgumentParser
import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// `keyfob logout`
struct LogoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Remove the logins at a git host or registry.",
        discussion: """
            Removes what git, a registry's client or `keyfob login` stored for the host itself, \
            for git and registry clients both unless git: or registry: is written before it; \
            logins for paths below only with --all. What was stored with `keyfob add` stays: \
            `keyfob remove` removes it. The host is not told: revoke the token there if it may be \
            in wrong hands.

            EXAMPLES:
              keyfob logout ghcr.io
              keyfob logout git:github.com --username alice
              keyfob logout gitlab.com --all --yes
            """)

    @Argument(help: "The host: [git:|registry:]HOST[/PATH], or its https:// address.")
    var host: String

    @Option(help: ArgumentHelp("Only this user's.", valueName: "name"))
    var username: String?

    @Flag(help: "Logins for paths below as well.")
    var all = false

    @Option(help: "Where it applies: a scope such as acme/work. By default the one in effect here.")
    var scope: String?

    @Flag(help: "Do not ask which of several users is meant: all are.")
    var yes = false

    func run() throws {
        let session = try AdminSession.start()
        let scope =
            try scope.map { try Scope($0.utf8) }
            ?? session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        try SealedFile.removeLeftover(session.location)
        let stored = try session.open()?.credentials() ?? []
        let named = try NamedAddress(host, username: username)
        let logins = try LoginsAt(named, scope, isDeep: all)
        let found = stored.filter(logins.contains).sorted { $0.name < $1.name }
        guard !found.isEmpty else { throw nothing(named, logins, stored) }
        let gone = try chosen(from: found, named)
        let ids = Set(gone.map(\.id))
        try session.update { (draft) throws(CredentialError) in
            for id in ids where draft.credential(id) != nil { try draft.remove(id) }
        }
        session.forgetTokens(of: gone)
        for credential in gone { Console.note("removed \(Self.words(for: credential))") }
        for other in logins.seeds(among: stored) { Console.note(Self.stays(other)) }
    }

    /// Which of several accounts' logins go.
    private func chosen(
        from found: [Credential], _ named: NamedAddress
    ) throws(CredentialError) -> [Credential] {
        // git sends one user name for every account of some hosts: it tells nobody apart.
        let names = Set(found.map(Self.account))
        let accounts = Set(found.compactMap { OAuthMark($0)?.account })
        guard max(names.count, accounts.count) > 1, !yes else { return found }
        guard Console.isInteractive else {
            let names = found.map(Self.account).joined(separator: ", ")
            throw CredentialError(
                .badRequest, "several are logged in at \(Printable.text(named.text)): \(names)",
                remedy: "name one with `--username NAME`, or add `--yes` for all")
        }
        let items = found.map { ($0.name, Self.words(for: $0)) } + [("all", "all of them")]
        let index = try Question.choice("log out", items)
        return index == found.count ? found : [found[index]]
    }

    private func nothing(
        _ named: NamedAddress, _ logins: LoginsAt, _ stored: [Credential]
    ) -> CredentialError {
        let problem = "nobody is logged in at \(Printable.text(named.text))"
        if let seed = logins.seeds(among: stored).first {
            return CredentialError(
                .notFound, "\(problem); \(Self.stays(seed))",
                remedy: nil)
        }
        let below = all ? 0 : stored.count { logins.includingPaths.contains($0) }
        return CredentialError(
            .notFound, problem + (named.username.map { " as \(Printable.text($0))" } ?? ""),
            remedy: below > 0
                ? "add `--all` for the \(below) below that" : "see the logins with `keyfob list`")
    }

    private static func stays(_ credential: Credential) -> String {
        "\(credential.name) answers there and stays, since no client stored it; "
            + "`keyfob remove \(credential.name)` removes it"
    }

    private static func words(for credential: Credential) -> String {
        let bindings = credential.bindings.map(\.text).joined(separator: ", ")
        return "\(credential.name): \(account(credential)) at \(bindings)"
    }

    private static func account(_ credential: Credential) -> String {
        let mark = OAuthMark(credential)
        if let name = mark?.accountName { return Printable.text(name) }
        let user = credential.username.map { Printable.text($0) } ?? "a token"
        return mark?.account.map { "\(user) (account \(Printable.text($0)))" } ?? user
    }
}
