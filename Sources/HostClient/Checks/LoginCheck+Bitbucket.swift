import CredentialCore
import HostAccess
import Hosts
import Transport

extension LoginCheck {
    private static let writing: Set<String> = [
        "repository:write", "write:repository:bitbucket",
    ]
    private static let reading = [
        "repository": "can pull, not push", "read:repository:bitbucket": "can pull, not push",
    ]

    /// <https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users/#api-user-get>
    func askBitbucket(_ login: HostLogin) -> Verification {
        switch login.username.map({ String(decoding: $0, as: UTF8.self) }) {
        // The API knows an API token by its owner's mail address alone.
        case "x-bitbucket-api-token-auth": return askGit(login)
        case "x-token-auth", nil:
            return askUser(
                login, HTTPHeader("Authorization", HostLogin(bearer: login.secret).header))
        default: return askUser(login, HTTPHeader("Authorization", login.header))
        }
    }

    private func askUser(_ login: HostLogin, _ header: HTTPHeader) -> Verification {
        let url = location.api("/2.0/user")
        return ask(url, header, about: login) { response in
            let fields = AnswerFields(response)
            switch response.status {
            case 200:
                guard fields?.text("account_id") != nil || fields?.text("username") != nil else {
                    return unknown(response, from: url)
                }
                var verification = accepted(login, fields, account: ["username", "account_id"])
                noteScopes(response.header("x-oauth-scopes"), of: login, in: &verification)
                return verification
            case 401: return refused(login, response, asPasswordOf: "bitbucket")
            // The token is good, and may not say whose it is: git does not need that.
            case 403 where fields?.words("error.detail.granted") != nil:
                var verification = Verification(.accepted)
                let granted = fields?.words("error.detail.granted")?.joined(separator: " ")
                noteScopes(granted, of: login, in: &verification)
                return verification
            case 403: return forbidden(login, response)
            case 410:
                return refused(
                    .expired, "Bitbucket takes app passwords no more",
                    "make an API token with write:repository:bitbucket at "
                        + "https://id.atlassian.com/manage-profile/security/api-tokens")
            default: return unknown(response, from: url)
            }
        }
    }

    private func noteScopes(
        _ scopes: String?, of login: HostLogin, in verification: inout Verification
    ) {
        note(
            scopes?.split { ", ".contains($0) }.map(String.init), of: login, in: &verification,
            writing: Self.writing, reading: Self.reading)
    }
}
