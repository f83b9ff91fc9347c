import Configuration
import CredentialCore
import HostAccess
import Hosts
import Transport

extension AuthorizationServer {
    /// The tokens for the code that a browser brought (RFC 6749, 4.1.3; RFC 7636, 4.5).
    func tokens(
        for code: Secret, _ verifier: Secret, redirect: String, clientSecret: Secret?
    ) throws(CredentialError) -> OAuthTokens {
        let form = FormBody()
        form.add("grant_type", "authorization_code")
        form.add("code", code)
        form.add("redirect_uri", redirect)
        form.add("code_verifier", verifier)
        let answer = try ask(
            tokenURL(), form, clientSecret: clientSecret, without: [code, verifier])
        if let error = answer.error { throw answer.failure(error) }
        return try tokens(in: answer)
    }

    /// The tokens for a refresh token (RFC 6749, 6). It is sent once: where each is good for one
    /// use, a second one would end the login (RFC 9700, 4.14.2).
    ///
    /// By then the old one is spent, so what can be carried is taken: nothing that is merely odd
    /// may end the login.
    ///
    /// - Parameter owner: whose the old ones were. Where the new ones' account cannot be found out,
    ///   ``OAuthTokens/account`` is nil and the old one goes on to hold.
    /// - Throws: `expired` when the server takes the refresh token no more (`invalid_grant`),
    ///   `refused` when the new ones are somebody else's, `unreachable` when it cannot be asked.
    func refreshed(
        _ refreshToken: Secret, of owner: OAuthOwner, clientSecret: Secret?
    ) throws(CredentialError) -> OAuthTokens {
        let form = FormBody()
        form.add("grant_type", "refresh_token")
        form.add("refresh_token", refreshToken)
        let answer = try ask(
            tokenURL(), form, clientSecret: clientSecret, without: [refreshToken])
        if let error = answer.error {
            throw OAuthAnswer.endsOfLogin.contains(error)
                ? answer.ended(error) : answer.failure(error)
        }
        var tokens = try carried(by: answer)
        if tokens.refresh == nil { tokens.refresh = refreshToken }
        let account = try? AccountLookup(self).account(of: tokens.access, in: answer)
        if let account, !account.owner.mayBe(owner) { throw strangers(account.owner, owner) }
        name(&tokens, account)
        return tokens
    }

    private func strangers(_ new: OAuthOwner, _ old: OAuthOwner) -> CredentialError {
        let words = { (owner: OAuthOwner) in
            Printable.text(owner.name ?? owner.identity ?? "somebody")
        }
        // Whoever took over a name is told from its owner before by more than the name.
        let other = words(new) == words(old) ? "another account of that name" : words(new)
        return CredentialError(
            .refused,
            "\(host) renewed the login of \(words(old)) as one of \(other), which is not kept",
            remedy: "log in again with `keyfob login git:\(host)`")
    }

    /// The tokens that a new login is given, and whose they are.
    func tokens(in answer: OAuthAnswer) throws(CredentialError) -> OAuthTokens {
        var tokens = try carried(by: answer)
        name(&tokens, try AccountLookup(self).account(of: tokens.access, in: answer))
        return tokens
    }

    /// The tokens in an answer, all of them checked.
    private func carried(by answer: OAuthAnswer) throws(CredentialError) -> OAuthTokens {
        let access = try answer.token("access_token")
        try answer.checkTokenType()
        let takesBearer = preset.takesBearer || place.offersBearer
        var tokens = OAuthTokens(
            access: access, username: [], provider: codeHost.rawValue, isBearer: takesBearer)
        tokens.refresh = try answer.optionalToken("refresh_token")
        tokens.expiresAt = answer.lifetime.map { context.now() + $0 }
        return tokens
    }

    private func name(_ tokens: inout OAuthTokens, _ account: AccountLookup.Account?) {
        tokens.account = account?.owner.name
        tokens.identity = account?.owner.identity
        let name = client.username ?? preset.username ?? account?.username ?? Self.anyUsername
        tokens.username = Array(name.utf8)
    }

    /// Where any user name will do, and nobody said which.
    private static let anyUsername = "oauth2"

    func tokenURL() throws(CredentialError) -> String {
        guard let url = endpoints.token else { throw missing("tokenUrl", "its token endpoint") }
        return url
    }

    /// Sends a form as the client that Keyfob is there.
    ///
    /// - Parameter secrets: what the answer must not give back to be shown.
    func ask(
        _ url: String, _ form: FormBody, clientSecret: Secret?, without secrets: [Secret]
    ) throws(CredentialError) -> OAuthAnswer {
        var headers = [
            HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
            // GitHub would answer with a form.
            HTTPHeader("Accept", "application/json"),
        ]
        if let clientSecret, preset.authentication == .basic {
            headers.append(clientHeader(clientSecret))
        } else {
            form.add("client_id", clientID)
            if let clientSecret { form.add("client_secret", clientSecret) }
        }
        let request = HTTPRequest(.post, url, headers: headers, body: form.secret)
        let response: HTTPResponse
        do throws(TransportFailure) {
            response = try context.send(request)
        } catch {
            throw place.error(error)
        }
        return try OAuthAnswer(
            response, of: url, for: host, without: secrets + [clientSecret].compactMap(\.self))
    }

    /// RFC 6749, 2.3.1: both parts are encoded as in a form, before they are joined.
    private func clientHeader(_ clientSecret: Secret) -> HTTPHeader {
        let secret = SecretBuffer()
        clientSecret.withBytes { PercentEncoding.encode($0, secret.append) }
        let login = HostLogin(
            username: Array(PercentEncoding.text(clientID.utf8).utf8), secret: Secret(secret))
        return HTTPHeader("Authorization", login.header)
    }
}

extension HostPlace {
    /// Whether the host offers `Bearer` among its ways to log in (RFC 6750, 3).
    var offersBearer: Bool {
        Challenge.all(in: challenges).contains { $0.scheme == "bearer" }
    }
}
