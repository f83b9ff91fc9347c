import CredentialCore

extension ProviderGuide {
    // https://docs.github.com/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens
    static let github = ProviderGuide(
        name: "github", title: "GitHub", secret: "a personal access token",
        permissions: "fine-grained: Contents read, or read and write to push, on the repositories "
            + "that are needed; classic: repo",
        page: "https://github.com/settings/personal-access-tokens",
        username: "your GitHub login; none is needed with a token", template: "token",
        protocols: [.git],
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.starts(with: "ghr_") {
                return wrong(
                    "this is a refresh token, which only makes new tokens",
                    give: "give a personal access token, ghp_… or github_pat_…")
            }
            return misplaced(login, at: "github")
        })

    // https://docs.gitlab.com/security/tokens/ and https://docs.gitlab.com/security/tokens/access_token_scopes/
    static let gitlab = ProviderGuide(
        name: "gitlab", title: "GitLab", secret: "a deploy, project or personal access token",
        permissions: "read_registry to pull, write_registry as well to push; for git "
            + "read_repository, or write_repository to push",
        page: "https://gitlab.com/-/user_settings/personal_access_tokens, or the project's "
            + "Settings > Repository > Deploy tokens",
        username: "a deploy token's own, such as gitlab+deploy-token-1; with other tokens any",
        template: "token", protocols: [.registry, .git],
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            let others = ["glrt-", "glptt-", "glft-", "glsoat-", "glimt-", "glagent-"]
            if others.contains(where: login.starts) {
                return wrong(
                    "this token of GitLab is for runners, triggers, feeds, mail or agents, and "
                        + "opens neither a registry nor git",
                    give: "give a token with read_registry or read_repository: glpat-… or gldt-…")
            }
            if login.isUser("gitlab-ci-token") || login.starts(with: "glcbt-") {
                return wrong(
                    "a job's token ends with its job", give: "give a deploy token, gldt-…")
            }
            if login.starts(with: "gldt-"), username == nil {
                return wrongUser(
                    "a deploy token goes with its own user name",
                    give: "add `--username gitlab+deploy-token-NUMBER`, as GitLab showed it")
            }
            if login.starts(with: "glpat-"), login.userStarts(with: "gitlab+deploy-token-") {
                return wrongUser(
                    "the user name is a deploy token's, and the token is not",
                    give: "give the deploy token, gldt-…, or another user name")
            }
            return misplaced(login, at: "gitlab")
        })

    // https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
    static let bitbucket = ProviderGuide(
        name: "bitbucket", title: "Bitbucket", secret: "an API token or an access token",
        permissions: "read:repository:bitbucket, and write:repository:bitbucket as well to push",
        page: "https://id.atlassian.com/manage-profile/security/api-tokens, or the repository's "
            + "settings > Access tokens",
        username: "x-bitbucket-api-token-auth with an API token, x-token-auth with an access token",
        template: "token", protocols: [.git],
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.starts(with: "ATATT"), username == nil || login.userIsMail {
                return wrongUser(
                    "git wants another user name with an API token than none or the mail address",
                    give: "add `--username x-bitbucket-api-token-auth`")
            }
            if login.starts(with: "ATCTT"), login.userIsMail {
                return wrongUser(
                    "an access token is no person's", give: "add `--username x-token-auth`")
            }
            return misplaced(login, at: "bitbucket")
        })

    // https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
    static let azure = ProviderGuide(
        name: "azure", title: "Azure DevOps", secret: "a personal access token",
        permissions: "Code read, or read and write to push",
        page: "https://dev.azure.com/ORGANISATION/_usersSettings/tokens",
        username: "any; none is needed with a token", template: "token", protocols: [.git],
        problem: { username, secret in
            misplaced(LoginShape(username: username, secret: secret), at: "azure")
        })

    /// For a host of which nothing is known. It is not one to choose: whoever chooses knows more.
    static let generic = ProviderGuide(
        name: "generic", title: "This host", secret: "your password, or better a token",
        permissions: "of a token: to read, or to read and write to push", page: "",
        username: "your login there", template: "password", protocols: [.registry, .git],
        problem: { _, _ in nil })

    // https://forgejo.org/docs/latest/user/token-scope/
    static let codeberg = giteaGuide(
        name: "codeberg", title: "Codeberg",
        page: "https://codeberg.org/user/settings/applications")

    // https://docs.gitea.com/development/oauth2-provider#scopes
    static let gitea = giteaGuide(
        name: "gitea", title: "Gitea or Forgejo",
        page: "https://HOST/user/settings/applications")

    private static func giteaGuide(name: String, title: String, page: String) -> ProviderGuide {
        ProviderGuide(
            name: name, title: title, secret: "an access token",
            permissions: "for git read:repository, or write:repository to push; for its registry "
                + "read:package, or write:package",
            page: page, username: "your login there", template: "token",
            protocols: [.registry, .git],
            problem: { username, secret in
                misplaced(LoginShape(username: username, secret: secret), at: name)
            })
    }
}
