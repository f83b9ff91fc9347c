import Configuration
import CredentialCore
import HostAccess

/// Whether a person may be asked, and in which way: by git's rules for whoever runs git. Whoever
/// calls `keyfob login` wants to be asked.
struct AskingRules {
    private let request: LoginRequest
    private let surroundings: Surroundings
    private let configuration: Configuration
    private let deadline: PersonsDeadline

    init(
        _ request: LoginRequest, _ surroundings: Surroundings, _ configuration: Configuration
    ) {
        self.request = request
        self.surroundings = surroundings
        self.configuration = configuration
        deadline = PersonsDeadline(seconds: configuration.prompt.timeout)
    }

    /// The way to ask.
    ///
    /// - Throws: why there is none, with what would help.
    func conversation() throws(Refusal) -> any Conversation {
        try request.isCommand ? ofCommand() : ofGit()
    }

    private func ofCommand() throws(Refusal) -> any Conversation {
        let ways = conversations(AskingMeans.onScreen(surroundings, configuration))
        if !ways.isEmpty { return Alternatives(ways) }
        // A page or a code can be shown without an answer.
        if request.way != .ask { return ErrorStream(isRead: true) }
        throw Refusal(
            error: CredentialError(
                .unreachable, "there is no terminal to ask on",
                remedy: "run it on a terminal, or give the token with `--token-stdin`"),
            isFinal: false)
    }

    private func ofGit() throws(Refusal) -> any Conversation {
        let means = AskingMeans(surroundings, configuration)
        if let ban = means.ban { throw refusal(ban) }
        let ways = conversations(means.all)
        if !ways.isEmpty { return Alternatives(ways) }
        if !means.terminalIsForbidden, request.way != .ask, BrowserCommand.isSeen(surroundings) {
            return ErrorStream(isRead: false)
        }
        // From the background git would ask its terminal all the same, and be stopped.
        throw Refusal(
            error: nobody(means.terminalIsForbidden),
            isFinal: !means.terminalIsForbidden && Terminal.isThere)
    }

    private func conversations(_ means: [AskingMeans.Means]) -> [any Conversation] {
        means.compactMap { each in
            switch each {
            case .askpass(let path, _): AskpassProgram(path, until: deadline)
            case .pinentry(let path): Pinentry(path, surroundings, until: deadline)
            case .terminal:
                try? Terminal(
                    otherwise: "give the token with `\(request.loginCommand) --token-stdin`",
                    until: deadline, endsGroup: true)
            }
        }
    }

    private func refusal(_ ban: AskingMeans.Ban) -> Refusal {
        let error =
            switch ban {
            case .automation:
                CredentialError(
                    .unreachable, "nobody is asked for a login in CI (the variable CI is set)",
                    remedy: "store one beforehand with `\(request.loginCommand) --token-stdin`")
            case .gitConfiguration:
                CredentialError(
                    .unreachable, "git's credential.interactive forbids to ask for a login",
                    remedy: "run `\(request.loginCommand)` on a terminal first")
            }
        return Refusal(error: error, isFinal: true)
    }

    private func nobody(_ terminalIsForbidden: Bool) -> CredentialError {
        let user = request.username.map { "\(Printable.text($0)) at " } ?? ""
        let reason =
            terminalIsForbidden
            ? "GIT_TERMINAL_PROMPT forbids to ask"
            : Terminal.isThere
                ? "this runs in the background of its terminal" : "there is no terminal to ask on"
        return CredentialError(
            .unreachable,
            "nothing is stored for \(user)\(request.place.address.text), and \(reason)",
            remedy: "run `\(request.loginCommand)` on a terminal, or set GIT_ASKPASS")
    }
}

extension LoginRequest {
    /// What a person can run for the same login.
    var loginCommand: String {
        let user = username.flatMap { $0.isEmpty ? nil : Printable.text($0) }
        return "keyfob login \(place.wireProtocol.name):\(place.address.text)"
            + (user.map { " --username \($0)" } ?? "")
    }
}
