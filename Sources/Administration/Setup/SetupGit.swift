import ArgumentParser
import Configuration
import CredentialCore

/// `keyfob setup git`
struct SetupGit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "git",
        abstract: "Let git ask Keyfob for credentials.",
        discussion: """
            Makes Keyfob the one helper in git's global configuration: an empty \
            `credential.helper` first, since git would also ask, and tell, the helpers of the \
            machine's configuration, then keyfob. With --host this is done for one host alone.

            --mode says what happens where nothing is stored: with `off` git asks by itself, with \
            `ask` Keyfob asks for a token and tries it before it is stored, with `oauth` it sends \
            the person to the host's page in their browser. It stands in Keyfob's configuration, \
            for every host or for that of --host.

            EXAMPLES:
              keyfob setup git --mode ask
              keyfob setup git --host https://git.example.com --mode oauth
              keyfob setup git --undo
            """)

    @Option(help: ArgumentHelp("Only this host, as in https://github.com.", valueName: "url"))
    var host: String?

    @Option(
        help: ArgumentHelp(
            "What happens where nothing is stored: off, ask or oauth.", valueName: "mode"))
    var mode: ModeName?

    @OptionGroup var options: SetupOptions

    func validate() throws {
        if let host, Self.url(of: host) == nil {
            throw ValidationError(
                "`\(Address.shown(Array(host.utf8)))` is no URL such as https://github.com")
        }
        guard mode != nil else { return }
        if options.undo { throw ValidationError("`--undo` puts the mode back by itself.") }
        if let host, SetupHost(host) == nil {
            throw ValidationError("A mode is a whole host's: leave the path out of the URL.")
        }
    }

    func run() throws {
        try Setup.run(options) { GitClient(url: host.flatMap(Self.url), mode: mode?.mode, $0) }
    }

    private static func url(of text: String) -> String? {
        guard (try? Address(git: Array(text.utf8))) != nil else { return nil }
        let url = text.contains("://") ? text : "https://\(text)"
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}

/// A mode, as it is named on the command line.
struct ModeName: ExpressibleByArgument {
    let mode: PromptPreferences.Mode

    init?(argument: String) {
        guard let mode = PromptPreferences.Mode(rawValue: argument) else { return nil }
        self.mode = mode
    }

    static var allValueStrings: [String] { PromptPreferences.Mode.allCases.map(\.rawValue) }
}
