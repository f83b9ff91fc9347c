import Configuration
import CredentialCore
import GitProtocol
import HostAccess
import SealedFile

/// What git's `get` is answered: from the stores, renewed where its time is over, or by a person
/// where the configuration lets one be asked.
final class GitAnswer {
    let session: HelperSession
    let query: Query
    /// Where git wants to get in, with what the host said of itself.
    let place: HostPlace

    init(_ session: HelperSession, _ query: Query, _ place: HostPlace) {
        self.session = session
        self.query = query
        self.place = place
    }

    private var mode: PromptPreferences.Mode {
        session.configuration.prompt.mode(at: query.address)
    }

    /// What the stores make of a request.
    private enum Finding {
        case reply(GitReply)
        /// Several users' logins would do.
        case choice([LoginRequest.Account])
        /// None would do; what was wrong with the one that there is.
        case nothing(because: String?)
    }

    /// The reply; nil for a miss, where git asks by itself.
    ///
    /// - Throws: what reading, renewing and asking throw.
    func reply() throws(CredentialError) -> GitReply? {
        let first = try finding()
        if case .reply(let reply) = first { return reply }
        guard mode != .off else { return nil }
        let turn = try PersonsTurn(query, session)
        return try turn.take { (hasWaited, word) throws(CredentialError) in
            var finding = first
            // What the person told another git, which fetches beside this one, counts here as well.
            if hasWaited {
                var account: [UInt8]?
                if case .chose(let chosen)? = word { account = chosen }
                finding = try self.finding(choosing: account)
            }
            if case .reply(let reply) = finding { return reply }
            if case .refused(let error)? = word { throw try refusal(error, isFinal: true) }
            return try reply(asking: turn, finding)
        }
    }

    // MARK: From the stores

    /// What the stores hold.
    ///
    /// - Parameter account: the chosen one of those whose logins answer equally well; the most
    ///   recent one's login answers for one of which there is none.
    private func finding(choosing account: [UInt8]? = nil) throws(CredentialError) -> Finding {
        var found = Finding.nothing(because: nil)
        try session.answering(query) {
            (answer: Candidate, others: [Candidate], file: SealedFile) throws(CredentialError) in
            var answer = answer
            if query.username == nil, mode != .off {
                let equals = try EqualLogins(answer, among: others, in: file, query)
                if equals.accounts.count > 1 {
                    guard let account else {
                        found = .choice(equals.accounts)
                        return
                    }
                    answer = equals.login(of: account) ?? answer
                }
            }
            found = try finding(answer, in: file)
        }
        return found
    }

    /// What a stored login makes of the request.
    private func finding(
        _ answer: Candidate, in file: SealedFile
    ) throws(CredentialError) -> Finding {
        let (secret, refreshToken) = try session.answer(of: answer, in: file, mayPrompt: true)
        var login = AnsweringLogin(candidate: answer, secret: secret, refreshToken: refreshToken)
        login.mark = try mark(of: login, in: file)
        guard let renewal = LoginRenewal(login, in: file, place, session) else {
            return finding(login, in: file)
        }
        do throws(CredentialError) {
            return finding(try renewal.renewed(), in: file)
        } catch {
            // It ends within moments, and until then it is good.
            if !answer.isExpired(at: session.now) { return finding(login, in: file) }
            guard mode != .off, error.code == .expired else { throw error }
            return .nothing(because: error.problem)
        }
    }

    /// What is known of a login beyond what answers most requests: reading it takes the whole
    /// catalogue, so only of those that an authorization server renews.
    private func mark(
        of login: AnsweringLogin, in file: SealedFile
    ) throws(CredentialError) -> OAuthMark? {
        let answer = login.candidate
        guard login.refreshToken != nil, answer.origin == .git, answer.kind == .token,
            answer.authtype == nil,
            query.acceptsHeader || LoginRenewal.mayBeDue(answer, session.now)
        else { return nil }
        return try file.credentials().first { $0.id == answer.id }.flatMap { OAuthMark($0) }
    }

    private func finding(_ login: AnsweringLogin, in file: SealedFile) -> Finding {
        let answer = login.candidate
        if answer.isExpired(at: session.now), login.refreshToken == nil {
            warnOfExpiry(of: answer, in: file)
            return .nothing(because: "the stored login \(answer.name) has expired")
        }
        var reply = GitReply()
        reply.passwordExpiry = answer.expiresAt
        if answer.isExpired(at: session.now) {
            // Whoever renews the token wants to know whose it is; the old one is of no use.
            reply.username = answer.answeredUsername(for: query)
            reply.oauthRefreshToken = login.refreshToken
        } else if let authtype = answer.authtype {
            reply.setHeader(authtype, login.secret)
            reply.username = answer.username
        } else {
            reply.username = answer.answeredUsername(for: query)
            reply.setSecret(login.secret, login.refreshToken, login.mark, query)
        }
        return .reply(reply)
    }

    /// git's own logins expire silently, and git asks again; a seed is for its administrator to
    /// renew.
    private func warnOfExpiry(of answer: Candidate, in file: SealedFile) {
        guard !answer.origin.isLogin else { return }
        StandardStreams.writeError(
            "keyfob: the credential \(answer.name) has expired; "
                + "renew it with `\(file.location.command("edit \(answer.name)"))`")
    }

    // MARK: From a person

    /// The reply that a person makes possible: by a choice where there is one, else by a login.
    private func reply(
        asking turn: PersonsTurn, _ finding: Finding
    ) throws(CredentialError) -> GitReply? {
        switch finding {
        case .reply(let reply): return reply
        case .nothing(let reason): return try reply(keeping: try login(asking: turn, reason))
        case .choice(let accounts):
            switch try choice(asking: turn, among: accounts) {
            case .account(let account):
                return try reply(asking: turn, try self.finding(choosing: account))
            case .login(let login):
                let reply = try reply(keeping: login)
                turn.tell(.chose(EqualLogins.account(of: login.mark, as: login.username)))
                return reply
            }
        }
    }

    private enum Choice {
        case account([UInt8])
        case login(EnteredLogin)
    }

    /// Has a person choose among the accounts whose logins answer equally well. Where nobody can be
    /// asked, none is chosen, and the most recent one answers, as it does when nobody is to be
    /// asked.
    private func choice(
        asking turn: PersonsTurn, among accounts: [LoginRequest.Account]
    ) throws(CredentialError) -> Choice {
        // What keeps another login from being had is no reason to refuse these.
        var request = (try? session.loginRequest(place, mode)) ?? LoginRequest(place, .ask)
        request.accounts = accounts
        guard let reply = try? LoginDesk.ask(request) else { return .account([]) }
        switch reply {
        case .account(let index) where accounts.indices.contains(index):
            turn.tell(.chose(accounts[index].username))
            return .account(accounts[index].username)
        case .account: return .account([])
        case .login(let login): return .login(login)
        case .failure(let error, let isFinal):
            guard isFinal, Self.isPersons(error) else { return .account([]) }
            turn.tell(.refused(error))
            throw try refusal(error, isFinal: true)
        }
    }

    private func login(
        asking turn: PersonsTurn, _ reason: String?
    ) throws(CredentialError) -> EnteredLogin {
        var request = try session.loginRequest(place, mode)
        request.username = query.username
        request.reason = reason
        switch try LoginDesk.ask(request) {
        case .login(let login): return login
        case .failure(let error, let isFinal):
            if isFinal, Self.isPersons(error) { turn.tell(.refused(error)) }
            throw try refusal(error, isFinal: isFinal)
        case .account: throw LoginDesk.misunderstanding
        }
    }

    /// Whether a final failure is what a person said, or that they said nothing in time. That they
    /// cannot be asked from here may be otherwise where another git runs.
    private static func isPersons(_ error: CredentialError) -> Bool { error.code != .unreachable }

    /// The reply that a person's login makes, once it is stored: an old git gives neither the
    /// expiry nor the refresh token back.
    private func reply(keeping login: EnteredLogin) throws(CredentialError) -> GitReply {
        session.keep(login, query)
        var reply = GitReply()
        reply.username = login.username
        reply.passwordExpiry = login.expiresAt
        reply.setSecret(login.secret, login.refreshToken, login.mark, query)
        return reply
    }

    /// Tells git to ask nobody else where that is final.
    private func refusal(
        _ error: CredentialError, isFinal: Bool
    ) throws(CredentialError) -> CredentialError {
        guard isFinal else { return error }
        var reply = GitReply()
        reply.quit = true
        try reply.encoded().withBytes(StandardStreams.writeOutput)
        return error
    }
}

extension GitReply {
    /// Answers with a ready-made header.
    fileprivate mutating func setHeader(_ authtype: [UInt8], _ secret: Secret) {
        capabilities = .authtype
        self.authtype = authtype
        credential = secret
    }

    /// Answers with a password, or with the header that it makes where host and git take one.
    fileprivate mutating func setSecret(
        _ secret: Secret, _ refreshToken: Secret?, _ mark: OAuthMark?, _ query: Query
    ) {
        if query.acceptsHeader, mark?.isBearer == true {
            setHeader(OAuthMark.headerScheme, secret)
        } else {
            password = secret
            oauthRefreshToken = refreshToken
        }
    }
}
