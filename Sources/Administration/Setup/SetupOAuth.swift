import ArgumentParser
import Configuration
import CredentialCore

/// `keyfob setup oauth`
struct SetupOAuth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oauth",
        abstract: "Name the OAuth client that logs in at a git host.",
        discussion: """
            Keyfob comes with no client of its own: register one at the host, for a native or \
            desktop application, and give its id. Without --client-id this says where that is \
            done and which redirect to register. What is known of the provider need not be said.

            It is written to Keyfob's configuration; a client's secret is read from standard \
            input and kept as a credential, oauth-HOST.

            EXAMPLES:
              keyfob setup oauth gitlab.com --client-id ID
              keyfob setup oauth git.example.com --provider forgejo --client-id ID
              pass show oauth | keyfob setup oauth github.com --client-id ID --client-secret-stdin
              keyfob setup oauth git.example.com --undo
            """)

    @Argument(help: "The host: HOST[:PORT], or with its scheme http://localhost:8080.")
    var host: String

    @Option(help: ArgumentHelp("The id that the host gave the client.", valueName: "id"))
    var clientId: String?

    @Flag(help: "Read the client's secret from standard input.")
    var clientSecretStdin = false

    @Option(
        help: ArgumentHelp(
            "What runs there: github, gitlab, gitea, forgejo, codeberg, bitbucket, azure or generic.",
            valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("The page that a browser is sent to.", valueName: "url"))
    var authorizeUrl: String?

    @Option(help: ArgumentHelp("Where codes are traded for tokens.", valueName: "url"))
    var tokenUrl: String?

    @Option(help: ArgumentHelp("Where codes for other devices are to be had.", valueName: "url"))
    var deviceUrl: String?

    @Option(help: ArgumentHelp("What says whose a token is.", valueName: "url"))
    var accountUrl: String?

    @Option(
        help: ArgumentHelp(
            "Where a browser brings its answer, as it was registered; on loopback.",
            valueName: "url"))
    var redirectUrl: String?

    @Option(help: ArgumentHelp("What tokens may do, with spaces between.", valueName: "scopes"))
    var scopes: String?

    @Option(help: ArgumentHelp("The user name that git sends with a token.", valueName: "name"))
    var username: String?

    @OptionGroup var options: SetupOptions

    /// What each option sets: its name, the section, the key and the value.
    private var given: [(option: String, section: String, key: String, value: String)] {
        let all: [(String, String, String, String?)] = [
            ("--client-id", "oauth", "clientId", clientId),
            ("--authorize-url", "oauth", "authorizeUrl", authorizeUrl),
            ("--token-url", "oauth", "tokenUrl", tokenUrl),
            ("--device-url", "oauth", "deviceUrl", deviceUrl),
            ("--account-url", "oauth", "accountUrl", accountUrl),
            ("--redirect-url", "oauth", "redirectUrl", redirectUrl),
            ("--scopes", "oauth", "scopes", scopes),
            ("--username", "oauth", "username", username),
            ("--provider", "prompt", "provider", provider),
        ]
        return all.compactMap { option, section, key, value in
            value.map { (option, section, key, $0) }
        }
    }

    func validate() throws {
        guard SetupHost(host) != nil else {
            throw ValidationError(
                "`\(Address.shown(Array(host.utf8)))` is no host such as git.example.com, without a path"
            )
        }
        if options.undo, clientSecretStdin || !given.isEmpty {
            throw ValidationError("`--undo` goes with the host alone.")
        }
    }

    func run() throws {
        guard let host = SetupHost(host) else { return }
        let session = try AdminSession.start()
        var client = OAuthSetup(host: host, session.surroundings)
        if !options.undo { try prepare(&client, session) }
        try Setup.run(options) { _ in client }
        if options.undo, !options.dryRun { try removeSecret(of: client, session) }
    }

    /// Checks all that is to be written, and stores the secret before anything names it.
    private func prepare(
        _ client: inout OAuthSetup, _ session: AdminSession
    ) throws(CredentialError) {
        for (option, section, key, value) in given {
            let key = ConfigurationKey(section, client.host.name, key)
            try Configuration.check(key, is: value, session.surroundings, place: option)
            client.values.append((key, value))
        }
        let known = session.configuration.oauthClient(at: client.host.address)
        guard clientId != nil || known?.clientID != nil else {
            throw client.unregistered(session.configuration, provider: provider)
        }
        guard clientSecretStdin else { return }
        let name = client.secretName
        client.values.append((client.secretKey, name))
        client.hasNewSecret = true
        guard !options.dryRun else { return }
        try ClientSecret(name, of: client.host, session).store()
        // Where nothing else changes, the report says it.
        let isAll = try client.isInEffect
        if options.json || !isAll { Console.note("stored \(name)") }
    }

    private func removeSecret(
        of client: OAuthSetup, _ session: AdminSession
    ) throws(CredentialError) {
        let name = client.secretName
        guard try Configuration.text(session.surroundings)?.value(of: client.secretKey) != name
        else { return }
        try ClientSecret(name, of: client.host, session).remove()
    }
}
