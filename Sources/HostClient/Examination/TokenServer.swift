import CredentialCore
import HostAccess
import Transport

/// The server that gives out a registry's tokens
/// (<https://distribution.github.io/distribution/spec/auth/token/>).
struct TokenServer {
    /// Its URL; it stands in the registry's challenge.
    let realm: Realm
    /// What the tokens are for, in the registry's words.
    let service: String?
    /// What is asked for: `repository:acme/app:pull`; nil for no more than to be let in.
    let scope: String?

    /// The request for a token.
    func request(for login: HostLogin?) -> HTTPRequest {
        var request: HTTPRequest
        if let login, login.isIdentityToken {
            let form = FormBody()
            form.add("grant_type", "refresh_token")
            form.add("client_id", "keyfob")
            form.add("service", service)
            form.add("scope", scope)
            form.add("refresh_token", login.secret)
            request = HTTPRequest(
                .post, realm.url,
                headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
                body: form.secret)
        } else {
            request = HTTPRequest(.get, realm.url(with: query(for: login)))
            if let login { request.headers.append(HTTPHeader("Authorization", login.header)) }
        }
        request.refusesPrivateAddresses = realm.mustBePublic
        return request
    }

    private func query(for login: HostLogin?) -> [(name: String, value: [UInt8])] {
        var query: [(name: String, value: [UInt8])] = []
        if let service { query.append(("service", Array(service.utf8))) }
        if let scope { query.append(("scope", Array(scope.utf8))) }
        if let username = login?.username { query.append(("account", username)) }
        return query
    }

    /// Asks for a token.
    ///
    /// - Returns: the token, or the answer that holds none.
    func ask(
        _ context: HostContext, _ login: HostLogin?
    ) throws(TransportFailure) -> (token: Secret?, answer: HTTPResponse) {
        let answer = try context.send(request(for: login))
        guard answer.status == 200, let fields = AnswerFields(answer) else { return (nil, answer) }
        // Both names are in use; a header cannot carry everything that JSON can.
        let token = ["access_token", "token"].lazy.compactMap(fields.secret)
            .first { token in
                token.withBytes { $0.allSatisfy { (0x21...0x7E).contains($0) } }
            }
        return (token, answer)
    }
}

extension HostLogin {
    /// Whether it is what docker keeps in a password's place: a token that the token server trades
    /// for others (<https://distribution.github.io/distribution/spec/auth/oauth/>).
    var isIdentityToken: Bool { username?.elementsEqual("<token>".utf8) ?? false }
}
