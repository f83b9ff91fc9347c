import ChildProcesses
public import Configuration
import CredentialCore

/// By what means git's users are asked here: git's own rules, since it is git that runs
/// (gitcredentials(7), git(1)).
public struct AskingMeans {
    /// What asks a person.
    public enum Means: Hashable, Sendable {
        /// The program of this path, which is called with each question, and what names it.
        case askpass(String, namedBy: String)
        /// The pinentry(1) of this path.
        case pinentry(String)
        /// The terminal.
        case terminal
    }

    /// What forbids all asking.
    public enum Ban: Hashable, Sendable {
        /// The variable CI: nobody sits there.
        case automation
        /// `credential.interactive`.
        case gitConfiguration
    }

    /// What forbids all asking, if anything does. Then there are no means.
    public let ban: Ban?
    /// The means, each for where those before it fail.
    public let all: [Means]
    /// Whether GIT_TERMINAL_PROMPT forbids the terminal, and what asks in its place.
    public let terminalIsForbidden: Bool

    /// The means of surroundings, and of the folder that this runs in.
    public init(_ surroundings: Surroundings, _ configuration: Configuration) {
        terminalIsForbidden =
            surroundings.variable("GIT_TERMINAL_PROMPT").map(GitBoolean.isFalse) ?? false
        if let value = surroundings.variable("CI"), !GitBoolean.isFalse(value) {
            (ban, all) = (.automation, [])
            return
        }
        let settings = GitSettings(searchPath: surroundings.variable("PATH") ?? "")
        guard settings.isInteractive else {
            (ban, all) = (.gitConfiguration, [])
            return
        }
        let askpass = Self.askpass(surroundings, settings)
        ban = nil
        all =
            (askpass.map { [$0] } ?? [])
            + (terminalIsForbidden ? [] : Self.onScreen(surroundings, configuration))
    }

    /// The terminal, or a pinentry in its place; where there is none, one that opens a window.
    static func onScreen(_ surroundings: Surroundings, _ configuration: Configuration) -> [Means] {
        let hasTerminal = Terminal.isInForeground
        let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].contains { name in
            surroundings.variable(name).map { !$0.isEmpty } ?? false
        }
        guard hasTerminal || hasDisplay else { return [] }
        let configured = configuration.prompt.pinentry.flatMap { path(of: $0, surroundings) }
        let pinentry =
            configured ?? (hasTerminal ? nil : graphicalPinentry(surroundings))
        return (pinentry.map { [.pinentry($0)] } ?? []) + (hasTerminal ? [.terminal] : [])
    }

    private static func graphicalPinentry(_ surroundings: Surroundings) -> String? {
        Pinentry.graphical.lazy.compactMap { path(of: $0, surroundings) }.first
    }

    /// The one askpass program that counts: a variable that is set but empty takes away those that
    /// come after it.
    private static func askpass(_ surroundings: Surroundings, _ settings: GitSettings) -> Means? {
        let named = [
            (surroundings.variable("GIT_ASKPASS"), "GIT_ASKPASS"),
            (settings.value("core.askpass").map { expanded($0, surroundings) }, "core.askPass"),
            (surroundings.variable("SSH_ASKPASS"), "SSH_ASKPASS"),
        ]
        guard case (let name?, let source)? = named.first(where: { $0.0 != nil }), !name.isEmpty,
            let path = path(of: name, surroundings)
        else { return nil }
        return .askpass(path, namedBy: source)
    }

    private static func expanded(_ path: String, _ surroundings: Surroundings) -> String {
        path.hasPrefix("~/") ? surroundings.home + path.dropFirst(1) : path
    }

    private static func path(of name: String, _ surroundings: Surroundings) -> String? {
        ChildProcess.path(of: name, path: surroundings.variable("PATH") ?? "")
    }
}
