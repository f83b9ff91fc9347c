import Configuration
import CredentialCore
import HostAccess

/// What `keyfob-prompt` does about one request: who is asked, the choice among what is stored, the
/// login.
struct LoginFlow {
    private var request: LoginRequest
    private let surroundings: Surroundings
    private let configuration: Configuration

    init(
        _ request: LoginRequest, _ surroundings: Surroundings, _ configuration: Configuration
    ) {
        self.request = request
        self.surroundings = surroundings
        self.configuration = configuration
    }

    /// What comes of it.
    func reply() -> LoginReply {
        do throws(Refusal) {
            let conversation = try AskingRules(request, surroundings, configuration).conversation()
            if !request.accounts.isEmpty, !conversation.isPatient { throw Self.noChoice }
            try begin(conversation)
            if !request.accounts.isEmpty,
                let index = try AccountChoice(request, surroundings, conversation).run()
            {
                return .account(index)
            }
            var flow = self
            // Who wants nothing tried at the host has nothing asked there.
            if request.way != .ask || request.verifies(configuration) {
                flow.request.place = request.place.recognized(configuration)
            }
            return .login(try flow.login(conversation))
        } catch {
            return .failure(error.error, isFinal: error.isFinal)
        }
    }

    private func begin(_ conversation: any Conversation) throws(Refusal) {
        do throws(CredentialError) {
            if let reason = request.reason {
                try conversation.tell(Printable.text(reason))
            } else if request.accounts.isEmpty, conversation.isPatient {
                let place = request.place.address.text
                try conversation.tell(
                    request.isCommand ? "Login to \(place)" : "No login is stored for \(place)")
            }
        } catch {
            throw Refusal(error: error, isFinal: false)
        }
    }

    /// A program that is called for names and passwords may give a password to every question.
    private static let noChoice = Refusal(
        error: CredentialError(.unreachable, "nobody can be asked for a choice of accounts"),
        isFinal: false)

    private func login(_ conversation: any Conversation) throws(Refusal) -> EnteredLogin {
        if request.way != .ask, let login = try browserLogin(conversation) { return login }
        return try TypedLogin(request, configuration, conversation).run()
    }

    /// The login that an authorization server gives; nil when it gives none without a client that
    /// is registered there, and a typed one will do.
    private func browserLogin(
        _ conversation: any Conversation
    ) throws(Refusal) -> EnteredLogin? {
        do throws(CredentialError) {
            return try OAuthLogin(request, surroundings, configuration, conversation).run()
        } catch  where request.way == .oauth && error.code == .configuration {
            guard conversation.hearsAnswers else {
                let problem = "\(error.problem), and there is nobody to ask for a token"
                throw Refusal(
                    error: CredentialError(error.code, problem, remedy: error.remedy),
                    isFinal: false)
            }
            try? conversation.tell(error.message)
            return nil
        } catch {
            // Who said no, let the time pass or was refused is not to be asked again by git.
            throw Refusal(
                error: error, isFinal: ![.unreachable, .configuration].contains(error.code))
        }
    }
}

extension LoginRequest {
    /// Whether what is typed is tried at the host.
    func verifies(_ configuration: Configuration) -> Bool {
        verifies && configuration.prompt.verifies(at: place.address)
    }
}
