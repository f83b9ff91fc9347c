import Configuration
import CredentialCore
import Glibc
import HostAccess
import Hosts
import Prompting
import SealedFile

/// Where a login comes from: a person, or a script's standard input.
struct LoginSource {
    /// What git can send in one line is far more; nobody gives out longer ones.
    private static let lengthLimit = 32_768

    let place: LoginPlace
    let username: String?
    let verifies: Bool
    /// Whether a login that the host refuses is taken all the same.
    let isForced: Bool
    let session: AdminSession

    private var hostPlace: HostPlace { HostPlace(place.wireProtocol, place.address) }

    /// The place with what the host says of itself. Who wants nothing tried there has nothing
    /// asked.
    private var knownPlace: HostPlace {
        verifies ? hostPlace.recognized(session.configuration) : hostPlace
    }

    private func trial(at known: HostPlace) -> LoginTrial {
        LoginTrial(place: place, known: known, provider: provider, isForced: isForced)
    }

    private var provider: String? { session.configuration.prompt.provider(at: place.address) }

    /// Has a person asked.
    func ask(_ way: LoginRequest.Way) throws(CredentialError) -> TriedLogin {
        var request = LoginRequest(hostPlace, way)
        request.username = username.map { Array($0.utf8) }
        request.isCommand = true
        request.verifies = verifies && !isForced
        if way != .ask { request.clientSecret = try clientSecret() }
        if way == .oauth, session.configuration.oauthClient(at: place.address) != nil,
            !Audience.isThere(session.surroundings)
        {
            throw CredentialError(
                .unreachable,
                "there is neither a browser nor a terminal to log in to \(place.address.text) with",
                remedy: "log in on another device with `--device`, or give a token with "
                    + "`--token-stdin`")
        }
        switch try LoginDesk.ask(request) {
        case .login(var login):
            login.mark?.requestedName = username
            guard verifies, !login.isVerified else { return TriedLogin(login) }
            guard isForced else {
                try place.checkItAnswers(else: LoginTrial.untried)
                return TriedLogin(login)
            }
            return try trial(at: knownPlace).run(login)
        case .failure(let error, _): throw error
        case .account: throw LoginDesk.misunderstanding
        }
    }

    /// Reads a token or password from standard input, and has the host judge it.
    func read() throws(CredentialError) -> TriedLogin {
        let secret = try SecretInput.read(descriptor: STDIN_FILENO)
        guard secret.isOneLine, secret.count <= Self.lengthLimit else {
            throw CredentialError(
                .badRequest, "a token is one line, of \(Self.lengthLimit) bytes at most",
                remedy: "give it and nothing else")
        }
        let named = username.map { Array($0.utf8) }
        let known = knownPlace
        let advice = TokenAdvice(
            known.wireProtocol, known.address, provider: provider, challenges: known.challenges)
        try checkShape(named, secret, advice.guide)
        guard let sent = named ?? usualUsername(of: secret, advice) else {
            throw CredentialError(
                .badRequest, "\(place.address.text) wants a user name with it",
                remedy: "add `--username NAME`")
        }
        let login = EnteredLogin(username: sent, secret: secret)
        return verifies ? try trial(at: known).run(login, isNamed: named != nil) : TriedLogin(login)
    }

    /// The user name that is sent with a token where none was given.
    private func usualUsername(of secret: Secret, _ advice: TokenAdvice) -> [UInt8]? {
        if let usual = advice.username(for: secret, of: nil) { return Array(usual.utf8) }
        // A host of which nothing is known passes over the name where it knows the token.
        let isAnyones = ProviderGuide.named(advice.guide.name) == nil
        return isAnyones && place.wireProtocol == .git && TokenShape.shown(by: secret) != nil
            ? Array("oauth2".utf8) : nil
    }

    /// Refuses what cannot be right by its shape.
    private func checkShape(
        _ username: [UInt8]?, _ secret: Secret, _ guide: ProviderGuide
    ) throws(CredentialError) {
        guard !isForced, let problem = guide.problem(username, secret)?.error else { return }
        throw CredentialError(
            problem.code, problem.problem,
            remedy: (problem.remedy.map { "\($0), or " } ?? "") + "add `--force`")
    }

    /// The secret of the client as which Keyfob is registered at the host; nil where it has none.
    private func clientSecret() throws(CredentialError) -> Secret? {
        guard let name = session.configuration.oauthClient(at: place.address)?.secretName else {
            return nil
        }
        guard let file = try session.open(),
            let credential = try file.credentials().first(where: { $0.name == name }),
            let secret = try session.fields(of: credential, in: file).primary
        else {
            throw CredentialError(
                .notFound,
                "the client secret \(name) that [oauth] names for \(place.address.text) is not "
                    + "stored",
                remedy: "add it with `keyfob add \(name) --kind secret`, or mend clientSecret in "
                    + "\(session.surroundings.configurationFile)")
        }
        return secret
    }
}
