import CredentialCore
import HostAccess
import Hosts
import Transport

extension LoginCheck {
    private static let writing: Set<String> = ["api", "write_repository"]
    private static let reading = ["read_repository": "can pull, not push"]

    /// Deploy tokens and passwords open git alone, not the API. Of the others one question tells
    /// those of OAuth, another all that people make.
    func askGitLab(_ login: HostLogin) -> Verification {
        if login.starts(with: "gldt-")
            || TokenShape.isAccountPassword(
                login.secret, username: login.username, family: "gitlab")
        {
            return askGit(login)
        }
        if login.starts(with: "glpat-") { return askAboutToken(login) }
        let verification = askAboutOAuth(login)
        // A project may have older tokens, without the prefix.
        return verification.outcome == .refused ? askAboutToken(login) : verification
    }

    /// <https://docs.gitlab.com/api/personal_access_tokens/#self-inform>
    private func askAboutToken(_ login: HostLogin) -> Verification {
        let url = location.api("/api/v4/personal_access_tokens/self")
        return ask(url, bearer(login), about: login) { response in
            let fields = AnswerFields(response)
            switch response.status {
            case 200:
                guard let scopes = fields?.words("scopes") else {
                    return unknown(response, from: url)
                }
                var verification = Verification(.accepted)
                verification.expiresAt = end(fields?.text("expires_at"))
                note(
                    scopes, of: login, in: &verification, writing: Self.writing,
                    reading: Self.reading)
                return verification
            case 401: return refused(login, response)
            // It is good, and may not ask about itself.
            case 403 where fields?.text("error") == "insufficient_scope":
                return Verification(.accepted)
            case 403: return forbidden(login, response)
            default: return unknown(response, from: url)
            }
        }
    }

    /// <https://docs.gitlab.com/api/oauth2/#retrieve-the-token-information>
    private func askAboutOAuth(_ login: HostLogin) -> Verification {
        let url = location.site("/oauth/token/info")
        return ask(url, bearer(login), about: login) { response in
            let fields = AnswerFields(response)
            switch response.status {
            case 200:
                guard let fields, let scopes = fields.words("scope") else {
                    return unknown(response, from: url)
                }
                var verification = accepted(login, fields, account: ["resource_owner_id"])
                if let seconds = fields.text("expires_in").flatMap({ Int64($0) }), seconds > 0,
                    seconds < 1 << 32
                {
                    verification.expiresAt = context.now() + seconds
                }
                note(
                    scopes, of: login, in: &verification, writing: Self.writing,
                    reading: Self.reading)
                return verification
            case 401: return refused(login, response)
            case 403: return forbidden(login, response)
            default: return unknown(response, from: url)
            }
        }
    }

    private func bearer(_ login: HostLogin) -> HTTPHeader {
        HTTPHeader("Authorization", HostLogin(bearer: login.secret).header)
    }

    /// The login is known, and kept out.
    func forbidden(_ login: HostLogin, _ response: HTTPResponse) -> Verification {
        refused(
            .refused,
            "\(host) knows the login, but does not let it in"
                + HostWords.reason(response, without: login),
            "ask whoever runs the host or the account")
    }
}

extension HostLogin {
    func starts(with text: String) -> Bool { secret.withBytes { $0.starts(with: text.utf8) } }
}
