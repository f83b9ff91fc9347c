import CredentialCore
import HostAccess
import Transport

/// Whether having a token says anything of the login that it was asked for with. A server that
/// gives anybody a token may pass over what it is sent, and then a wrong login gets one as well.
struct TokenProof {
    let server: TokenServer
    let context: HostContext
    /// What the server gives to whoever comes without a login.
    let anybodys: Secret

    /// Whether the server knew the login: its token is somebody's, or grants what nobody else gets,
    /// or a login that is made up is refused.
    func holds(for token: Secret, _ login: HostLogin) -> Bool {
        isSomebodys(token, login) || refusesWhatIsMadeUp(like: login)
    }

    private func isSomebodys(_ token: Secret, _ login: HostLogin) -> Bool {
        guard let claims = TokenClaims(token, without: [login.secret, login.header]),
            let others = TokenClaims(anybodys, without: [])
        else { return false }
        if claims.access ?? [] != others.access ?? [] { return true }
        // The name that was sent may be no more than an echo.
        guard let subject = claims.subject, !subject.isEmpty else { return false }
        return subject != others.subject && subject != login.username.map(Printable.text)
    }

    /// Nobody's account is tried: the name is made up like the secret.
    private func refusesWhatIsMadeUp(like login: HostLogin) -> Bool {
        let name = login.isIdentityToken ? login.username : Array("keyfob-\(ProofKey.word())".utf8)
        let wrong = HostLogin(
            username: name, secret: Secret(copying: Array(ProofKey.word().utf8)))
        guard let (token, answer) = try? server.ask(context, wrong) else { return false }
        return token == nil && [400, 401, 403].contains(answer.status)
    }
}
