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
            """)

    @Option(help: ArgumentHelp("Only this host, as in https://github.com.", valueName: "url"))
    var host: String?

    @OptionGroup var options: SetupOptions

    func validate() throws {
        if let host, Self.url(of: host) == nil {
            throw ValidationError("`\(Printable.text(host))` is no URL such as https://github.com")
        }
    }

    func run() throws {
        try Setup.run(options) { GitClient(url: host.flatMap(Self.url), $0) }
    }

    private static func url(of text: String) -> String? {
        guard (try? Address(git: Array(text.utf8))) != nil else { return nil }
        let url = text.contains("://") ? text : "https://\(text)"
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}
