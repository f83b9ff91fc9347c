import CredentialCore
import HostAccess
import Hosts
import Transport

extension LoginCheck {
    /// <https://docs.github.com/rest/users/users#get-the-authenticated-user>
    func askGitHub(_ login: HostLogin) -> Verification {
        let url = location.api("/api/v3/user")
        return ask(url, header(of: login), about: login) { response in
            let fields = AnswerFields(response)
            switch response.status {
            case 200:
                guard fields?.text("login") != nil else { return unknown(response, from: url) }
                var verification = accepted(login, fields, account: ["login"])
                verification.expiresAt = end(
                    response.header("github-authentication-token-expiration"))
                noteScopes(response, of: login, in: &verification)
                return verification
            case 401: return refused(login, response, asPasswordOf: "github")
            case 403: return forbidden(login, response, fields)
            default: return unknown(response, from: url)
            }
        }
    }

    /// Classic tokens and those of OAuth apps have scopes, others have none of this header.
    /// <https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps>
    private func noteScopes(
        _ response: HTTPResponse, of login: HostLogin, in verification: inout Verification
    ) {
        let scopes = response.header("x-oauth-scopes")?
            .split { ", ".contains($0) }.map(String.init)
        if place.address.host.elementsEqual("gist.github.com".utf8) {
            note(scopes, of: login, in: &verification, writing: ["gist"], reading: [:])
        } else {
            note(
                scopes, of: login, in: &verification, writing: ["repo"],
                reading: ["public_repo": "reaches public repositories alone"])
        }
    }

    private func forbidden(
        _ login: HostLogin, _ response: HTTPResponse, _ fields: AnswerFields?
    ) -> Verification {
        let words = HostWords.reason(response, without: login)
        // https://docs.github.com/rest/authentication/authenticating-to-the-rest-api#authenticating-with-saml-sso
        if let sso = response.header("x-github-sso"), sso.hasPrefix("required") {
            let page = sso.components(after: "url=").flatMap { page in
                page.utf8.count <= 1000 && ServiceHost(page)?.isEncrypted == true
                    ? Printable.text(page) : nil
            }
            return refused(
                .refused,
                "\(host) wants the token authorised for its organisation's single sign-on\(words)",
                "authorise it at " + (page ?? "the token's own page, under Configure SSO"))
        }
        if response.header("x-ratelimit-remaining") == "0" {
            return unchecked("\(host) was asked too often\(words)", "try again later")
        }
        // An app's own token is nobody's, but good.
        if words.contains("Resource not accessible by") { return Verification(.accepted) }
        return refused(
            .refused, "\(host) knows the login, but does not let it in\(words)",
            "ask whoever runs the account or its organisation")
    }
}

extension String {
    /// What follows a part of it up to the next blank or semicolon; nil without that part.
    fileprivate func components(after part: String) -> String? {
        let bytes = Array(utf8)
        let marker = Array(part.utf8)
        guard bytes.count >= marker.count else { return nil }
        for start in 0...(bytes.count - marker.count)
        where bytes[start...].starts(with: marker) {
            let rest = bytes[(start + marker.count)...].prefix { !" ;".utf8.contains($0) }
            return String(decoding: rest, as: UTF8.self)
        }
        return nil
    }
}
