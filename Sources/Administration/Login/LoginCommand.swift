import ArgumentParser
import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// `keyfob login`
struct LoginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in at a git host or registry, and store what its clients will be given.",
        discussion: """
            Asks for a user name and a token, or where the host's mode is `oauth`, sends you to \
            the host's page in your browser. What comes back is tried at the host before it is \
            stored; a wrong one is refused with the host's reason.

            Whether a host is git's or a registry is known of many, else the host is asked; write \
            git:HOST or registry:HOST to say it. A path, as in git:github.com/acme, makes it a \
            login for what is below alone.

            EXAMPLES:
              keyfob login github.com
              keyfob login gitlab.com --browser
              pass show ghcr | keyfob login ghcr.io --username alice --token-stdin
              keyfob login registry:registry.example.com:5000 --username ci
            """)

    @Argument(help: "The host: [git:|registry:]HOST[/PATH], or its https:// address.")
    var host: String

    @Flag(help: "Log in with your browser (OAuth).")
    var browser = false

    @Flag(help: "Log in with a browser on another device (OAuth).")
    var device = false

    @Flag(help: "Read the token or password from standard input.")
    var tokenStdin = false

    @Option(help: ArgumentHelp("The user name.", valueName: "name"))
    var username: String?

    @Option(help: "Where it applies: a scope such as acme/work. By default the one in effect here.")
    var scope: String?

    @Flag(help: "Store it without trying it at the host.")
    var noVerify = false

    @Flag(help: "Store it although the host refuses it, or it looks wrong.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let ways = [
            ("--browser", browser), ("--device", device), ("--token-stdin", tokenStdin),
        ].filter(\.1).map(\.0)
        if ways.count > 1 {
            throw ValidationError("`\(ways[0])` and `\(ways[1])` cannot be used together.")
        }
        if username?.isEmpty == true { throw ValidationError("The user name is empty.") }
    }

    func run() throws {
        let session = try AdminSession.start()
        let named = try NamedAddress(host, username: username)
        let place: LoginPlace
        if let known = try LoginPlace.named(named) {
            place = known
        } else {
            place = try LoginPlace.guessed(named.text, session)
        }
        let effective =
            try scope.map { try Scope($0.utf8) }
            ?? session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        let keeping = try LoginKeeping(place, effective, session)
        let source = LoginSource(
            place: place, username: named.username, verifies: verifies(place, session),
            isForced: force,
            session: session)
        let found = tokenStdin ? try source.read() : try source.ask(way(place, session))
        var report = try keeping.keep(found.login)
        if let stranger = found.stranger { report.account = Printable.text(stranger) }
        report.tell()
        if json { try Console.print(json: report) }
    }

    private func verifies(_ place: LoginPlace, _ session: AdminSession) -> Bool {
        !noVerify && session.configuration.prompt.verifies(at: place.address)
    }

    private func way(_ place: LoginPlace, _ session: AdminSession) -> LoginRequest.Way {
        if browser { return .browser }
        if device { return .device }
        let mode = session.configuration.prompt.mode(at: place.address)
        return mode == .oauth && place.wireProtocol == .git ? .oauth : .ask
    }
}
