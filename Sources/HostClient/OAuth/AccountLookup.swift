import CredentialCore
import HostAccess
import Hosts
import Transport

/// Finds out whose a token is, so that a refresh can never serve somebody else.
struct AccountLookup {
    /// Whose a token is.
    struct Account {
        /// What it is called, and what stays the same from one token to the next.
        var owner: OAuthOwner
        /// What git can send as a user name.
        var username: String?
    }

    private static let names = ["login", "preferred_username", "username", "nickname"]
    private static let identities = ["sub", "id", "account_id", "uuid"]
    private static let longestName = 200

    private let server: AuthorizationServer

    init(_ server: AuthorizationServer) {
        self.server = server
    }

    /// The account of a token; nil when nobody says.
    ///
    /// - Parameter answer: what the token came with.
    /// - Throws: `refused` when what is said cannot be an account. That is not the same as nothing
    ///   said: such a server's tokens are not used.
    func account(
        of access: Secret, in answer: OAuthAnswer
    ) throws(CredentialError) -> Account? {
        if server.endpoints.accounts.isEmpty {
            // The ID token came with the tokens over TLS, which stands for its signature (OpenID
            // Connect Core, 3.1.3.7).
            guard let claims = answer.fields.secret("id_token").flatMap(WebToken.claims),
                let fields = try? AnswerFields(json: claims)
            else { return nil }
            return try account(of: access, in: fields, from: answer.url, preferring: ["sub"])
        }
        for url in server.endpoints.accounts {
            let request = HTTPRequest(
                .get, url,
                headers: [
                    HTTPHeader("Authorization", HostLogin(bearer: access).header),
                    HTTPHeader("Accept", "application/json"),
                ])
            guard let response = try? server.context.send(request) else { return nil }
            // The next one may be open to a token that this one wants more of.
            guard response.isSuccess else { continue }
            guard let fields = AnswerFields(response) else { throw unusable(url) }
            return try account(
                of: access, in: fields, from: url, preferring: server.preset.identities)
        }
        return nil
    }

    private func account(
        of access: Secret, in fields: AnswerFields, from url: String, preferring: [String]
    ) throws(CredentialError) -> Account? {
        let identity = (preferring + Self.identities).lazy.compactMap(fields.text).first
        guard let name = Self.names.lazy.compactMap(fields.text).first ?? identity else {
            return nil
        }
        for text in [identity ?? name, name] {
            guard Self.isName(text, without: [access]) else { throw unusable(url) }
        }
        // Basic would end the user name there (RFC 7617, 2).
        return Account(
            owner: OAuthOwner(name: name, identity: identity),
            username: name.utf8.contains(UInt8(ascii: ":")) ? nil : name)
    }

    /// Whether a text can stand in a line of git's protocol and of a terminal, and gives away
    /// nothing that was sent.
    static func isName(_ text: String, without secrets: [Secret]) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count <= longestName && Printable.text(bytes) == text
            && !secrets.contains { secret in
                secret.withBytes { secret in
                    bytes.indices.contains { bytes[$0...].starts(with: secret) }
                }
            }
    }

    private func unusable(_ url: String) -> CredentialError {
        CredentialError(
            .refused,
            "\(ServiceHost.text(of: url)) answered whose the token is with what cannot be an "
                + "account, so the token is not kept",
            remedy: "see whether the endpoints of \(server.host) are right")
    }
}
