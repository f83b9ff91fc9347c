import CredentialCore

extension ProviderGuide {
    // https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-container-registry
    static let ghcr = ProviderGuide(
        name: "ghcr", title: "GitHub Container Registry",
        secret: "a classic personal access token, ghp_…",
        permissions: "read:packages to pull, write:packages to push",
        page: "https://github.com/settings/tokens/new?scopes=read:packages",
        username: "your GitHub login; none is needed", template: "token",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.starts(with: "github_pat_") {
                return wrong(
                    "GitHub Container Registry does not take fine-grained tokens",
                    give: "make a classic one with read:packages at "
                        + "https://github.com/settings/tokens/new?scopes=read:packages")
            }
            if login.starts(with: "ghr_") {
                return wrong(
                    "this is a refresh token, which only makes new tokens",
                    give: "give a classic personal access token, ghp_…")
            }
            return misplaced(login, at: "ghcr")
        })

    // https://docs.docker.com/security/access-tokens/reference/
    static let dockerHub = ProviderGuide(
        name: "docker-hub", title: "Docker Hub",
        secret: "an access token, dckr_pat_… or dckr_oat_…",
        permissions:
            "Repo Read-only to pull, or Repo Public Read-only where that will do; Repo Read "
            + "& Write to push",
        page: "https://app.docker.com/settings/personal-access-tokens",
        username: "your Docker ID; with an organization's token the organization's name",
        template: "token",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.starts(with: "dckr_oat_"), login.userIsMail {
                return wrongUser(
                    "an organization's token goes with the organization's name",
                    give: "add `--username ORGANIZATION`")
            }
            return misplaced(login, at: "docker-hub")
        })

    // https://goharbor.io/docs/latest/working-with-projects/project-configuration/create-robot-accounts/
    static let harbor = ProviderGuide(
        name: "harbor", title: "Harbor", secret: "a robot account's secret",
        permissions: "Pull Repository to pull, Push Repository as well to push",
        page: "the project's Robot Accounts, or Administration > Robot Accounts",
        username: "the robot's full name, such as robot$project+name", template: "password",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.isUser("robot") || login.userStarts(with: "robot+") {
                return wrongUser(
                    "the shell has taken a part of the robot's name, from `$` on",
                    give: "write it in single quotes: --username 'robot$project+name'")
            }
            return misplaced(login, at: "harbor")
        })

    // https://jfrog.com/help/r/jfrog-platform-administration-documentation/understanding-identity-tokens
    static let artifactory = ProviderGuide(
        name: "artifactory", title: "JFrog Artifactory", secret: "an identity or access token",
        permissions: "Read on the repository to pull, Deploy/Cache as well to push",
        page: "https://HOST/ui/user_profile > Generate an Identity Token",
        username: "your login there; with an access token its subject", template: "token",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            // 64 characters, or a JSON Web Token in three parts.
            let isCut =
                (login.starts(with: "cmVmd") && secret.count != 64)
                || (login.starts(with: "eyJ") && login.count(of: ".") != 2)
            if isCut {
                return wrong(
                    "this is a part of a token: a reference token has 64 characters, an access "
                        + "token three parts between dots",
                    give: "copy the whole token")
            }
            return misplaced(login, at: "artifactory")
        })

    // https://docs.quay.io/glossary/robot-accounts.html
    static let quay = ProviderGuide(
        name: "quay", title: "Quay", secret: "a robot account's token",
        permissions: "Read on the repository to pull, Write to push",
        page: "https://quay.io/organization/NAME?tab=robots",
        username: "namespace+robot; $oauthtoken or $app with such a token", template: "password",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.userStarts(with: "robot$") {
                return wrongUser(
                    "this is a robot of Harbor's by its name", give: "write namespace+robot")
            }
            if login.userIsMail {
                return wrongUser(
                    "Quay takes user names, not mail addresses", give: "write namespace+robot")
            }
            return misplaced(login, at: "quay")
        })
}
