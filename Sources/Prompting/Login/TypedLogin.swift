import Configuration
import CredentialCore
import HostAccess
import Hosts

/// A login that a person types: they are told where to get one, what they type is tried at the
/// host, and what is wrong is asked for again.
struct TypedLogin {
    private static let attempts = 3

    private let request: LoginRequest
    private let configuration: Configuration
    private let conversation: any Conversation
    private let advice: TokenAdvice

    init(
        _ request: LoginRequest, _ configuration: Configuration, _ conversation: any Conversation
    ) {
        self.request = request
        self.configuration = configuration
        self.conversation = conversation
        let place = request.place
        advice = TokenAdvice(
            place.wireProtocol, place.address,
            provider: configuration.prompt.provider(at: place.address),
            challenges: place.challenges)
    }

    /// The login.
    ///
    /// - Throws: `declined`, and after three wrong answers what was wrong with the last.
    func run() throws(Refusal) -> EnteredLogin {
        var left = Self.attempts
        do throws(CredentialError) {
            // No answer would make a login of it.
            if let username = request.username { try TypedText.check(username: username) }
            if conversation.isPatient {
                for line in advice.lines(asksName: request.username == nil) {
                    try conversation.tell(line)
                }
            }
            while true {
                let typed = try type()
                switch check(typed) {
                case .success(let login): return login
                case .failure(let error):
                    left -= 1
                    guard left > 0 else { throw error }
                    try conversation.tell(error.message)
                }
            }
        } catch {
            // Without a way to ask left, git may know one.
            throw Refusal(error: error, isFinal: error.code != .unreachable || left == 0)
        }
    }

    private func type() throws(CredentialError) -> HostLogin {
        var username = request.username ?? []
        if request.username == nil {
            username = try conversation.ask(GitPrompt.username(at: request.place))
        }
        let secret = try conversation.askSecret(
            GitPrompt.password(at: request.place, username: username))
        guard !secret.isEmpty else {
            throw CredentialError(.declined, "nothing was entered and nothing was stored")
        }
        return HostLogin(username: username, secret: secret)
    }

    private func check(_ typed: HostLogin) -> Result<EnteredLogin, CredentialError> {
        do throws(CredentialError) {
            let given = typed.username ?? []
            let usual = advice.username(for: typed.secret, of: nil).map { Array($0.utf8) }
            guard let username = given.isEmpty ? usual : given else {
                throw advice.guide.problem(nil, typed.secret).map(TypedText.spoken)
                    ?? CredentialError(.badRequest, "a user name is needed here")
            }
            try TypedText.check(username: username)
            try TypedText.check(typed.secret)
            if let problem = advice.guide.problem(username, typed.secret) {
                throw TypedText.spoken(problem)
            }
            return .success(try verified(username, typed.secret, isGiven: !given.isEmpty))
        } catch {
            return .failure(error)
        }
    }

    /// The login, if the host takes it or cannot say.
    private func verified(
        _ username: [UInt8], _ secret: Secret, isGiven: Bool
    ) throws(CredentialError) -> EnteredLogin {
        let verification = verification(of: HostLogin(username: username, secret: secret))
        var login = EnteredLogin(username: username, secret: secret)
        switch verification.outcome {
        case .refused:
            throw verification.problem
                ?? CredentialError(.refused, "the host does not take this login")
        case .unchecked:
            if let problem = verification.problem {
                try conversation.tell("This could not be checked: \(problem.message)")
            }
        case .accepted:
            login.isVerified = true
            login.expiresAt = verification.expiresAt
            let account = verification.account.flatMap(TypedText.accountName)
            if !isGiven, let name = advice.username(for: secret, of: account) {
                login.username = Array(name.utf8)
            } else if isGiven, let account {
                try tell(of: account, besides: username)
            }
        }
        return login
    }

    /// Says whose the token is, where that is somebody else than the user who was named: git goes on
    /// as the one, and the host sees the other.
    private func tell(of account: String, besides username: [UInt8]) throws(CredentialError) {
        let place = request.place
        let host = CodeHost(
            at: place.address, provider: configuration.prompt.provider(at: place.address),
            challenges: place.challenges)
        guard AccountName.isStrangers(account, to: username, at: host) else { return }
        try conversation.tell(
            "This is \(account)'s, and it is stored for \(Printable.text(username))")
    }

    private func verification(of login: HostLogin) -> Verification {
        guard request.verifies(configuration) else { return Verification(.unchecked) }
        do throws(CredentialError) {
            guard case .verification(let answer) = try HostDesk().ask(.verify(request.place, login))
            else { throw HostDesk.misunderstanding }
            return answer
        } catch {
            return Verification(.unchecked, error)
        }
    }
}
