import CredentialCore
import HostAccess
import Hosts
import Transport

extension LoginCheck {
    /// <https://docs.gitea.com/api/#tag/user/operation/userGetCurrent>, which Forgejo has as well.
    func askGitea(_ login: HostLogin) -> Verification {
        let url = location.api("/api/v1/user")
        return ask(url, header(of: login), about: login) { response in
            let fields = AnswerFields(response)
            switch response.status {
            case 200:
                guard fields?.text("login") != nil else { return unknown(response, from: url) }
                return accepted(login, fields, account: ["login"])
            case 401 where response.header("x-gitea-otp") != nil || saysOneTimePassword(fields):
                return refused(
                    .refused,
                    "the account has a second factor, so \(host) takes no password for git",
                    "make an access token there and give it in the password's place")
            case 401: return refused(login, response)
            // The token is good, and may not say whose it is: git does not need that.
            case 403 where fields?.text("message")?.contains("scope") == true:
                return Verification(.accepted)
            case 403: return forbidden(login, response)
            default: return unknown(response, from: url)
            }
        }
    }

    private func saysOneTimePassword(_ fields: AnswerFields?) -> Bool {
        fields?.text("message")?.contains("OTP") ?? false
    }
}
