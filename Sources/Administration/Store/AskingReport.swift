import Configuration
import CredentialCore
import Prompting

/// What happens in git where nothing is stored, and by which means a person would be asked here.
struct AskingReport: Encodable {
    /// The mode of each host that has one of its own; `*` is every other.
    let modes: [String: String]
    /// The means, in the order in which they are tried.
    let means: [String]

    /// That of an environment; nil where no mode is set, so that git asks by itself.
    init?(_ session: AdminSession) {
        let modes = session.configuration.prompt.modes
        guard !modes.isEmpty else { return nil }
        self.modes = Dictionary(
            modes.map { ($0.host ?? "*", $0.mode.rawValue) }, uniquingKeysWith: { $1 })
        means =
            session.configuration.prompt.asksSomewhere
            ? Self.words(AskingMeans(session.surroundings, session.configuration)) : []
    }

    /// For people, a label and what is so.
    var lines: [String] {
        let named = modes.sorted { $0.key < $1.key }
            .map { ($0.key == "*" ? "every host" : $0.key) + " \($0.value)" }
        let all = [
            "modes        " + named.joined(separator: ", "),
            means.isEmpty ? nil : "asks by      " + means.joined(separator: ", "),
        ]
        return all.compactMap { $0.map(Printable.text) }
    }

    private static func words(_ means: AskingMeans) -> [String] {
        switch means.ban {
        case .automation: return ["nothing: CI is set"]
        case .gitConfiguration: return ["nothing: git's credential.interactive forbids it"]
        case nil: break
        }
        let words = means.all.map { each in
            switch each {
            case .askpass(let path, let source): "\(path) (\(source))"
            case .pinentry(let path): path
            case .terminal: "the terminal"
            }
        }
        guard words.isEmpty else { return words }
        let reason =
            means.terminalIsForbidden
            ? "GIT_TERMINAL_PROMPT forbids the terminal" : "there is no terminal"
        return ["nothing: \(reason), and no GIT_ASKPASS"]
    }
}
