import CredentialCore
import HostAccess
import Hosts

/// A login, with what its host said of it.
struct TriedLogin {
    var login: EnteredLogin
    /// Whose the token is, where that is somebody else than the user that it is stored for.
    var stranger: String?

    init(_ login: EnteredLogin) { self.login = login }
}

/// Has a host judge a login before it is stored.
struct LoginTrial {
    /// What there is to do where a host cannot be asked.
    static let untried = "add `--no-verify` to store it untried"

    let place: LoginPlace
    /// The place with what the host says of itself.
    let known: HostPlace
    /// What the configuration says runs there.
    let provider: String?
    /// Whether a login that the host refuses is taken all the same.
    let isForced: Bool

    /// Tries it.
    ///
    /// - Parameter isNamed: whether the user name was given, and so is not replaced by what the
    ///   host calls whose token it is.
    /// - Throws: the host's reason for refusing it, and `unreachable` where nothing answers.
    func run(_ login: EnteredLogin, isNamed: Bool = true) throws(CredentialError) -> TriedLogin {
        var found = TriedLogin(login)
        let request = HostRequest.verify(
            known, HostLogin(username: login.username, secret: login.secret))
        guard case .verification(let answer) = try HostDesk().ask(request) else {
            throw HostDesk.misunderstanding
        }
        switch answer.outcome {
        case .accepted: found.login.isVerified = true
        case .refused:
            let problem =
                answer.problem
                ?? CredentialError(.refused, "\(place.address.text) refuses the login")
            guard isForced else { throw problem }
            Console.note("stored although it is refused: \(problem.message)")
        case .unchecked:
            if !isForced { try place.checkItAnswers(else: Self.untried) }
            let why = answer.problem?.message ?? "nobody can say"
            Console.note("the login could not be tried: \(Printable.text(why))")
        }
        found.login.expiresAt = login.expiresAt ?? answer.expiresAt
        guard let account = answer.account, Self.isSound(account),
            AccountName.isTelling(account)
        else { return found }
        let host = CodeHost(
            at: known.address, provider: provider, challenges: known.challenges)
        if isNamed {
            let isStrangers = AccountName.isStrangers(account, to: login.username, at: host)
            found.stranger = isStrangers ? account : nil
        } else if host != .bitbucket {
            // The host passes over the user name that comes with a token: then the account's own
            // tells its owner's logins apart.
            found.login.username = Array(account.utf8)
        }
        return found
    }

    private static func isSound(_ account: String) -> Bool {
        1...255 ~= account.utf8.count && account.utf8.allSatisfy { 0x20 < $0 && $0 != 0x7F }
    }
}
