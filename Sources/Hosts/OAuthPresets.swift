extension OAuthPreset {
    // https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
    static let github = OAuthPreset(
        authorize: "/login/oauth/authorize", token: "/login/oauth/access_token",
        device: "/login/device/code", accounts: ["/api/v3/user"],
        registration: "/settings/applications/new", scopes: "repo", identities: ["id"],
        loginHint: "login")

    // https://docs.gitlab.com/api/oauth2/ – `read_user` is for the account's name; a token without
    // it still tells the account's number.
    static let gitlab = OAuthPreset(
        authorize: "/oauth/authorize", token: "/oauth/token", device: "/oauth/authorize_device",
        accounts: ["/api/v4/user", "/oauth/token/info"],
        registration: "/-/user_settings/applications",
        scopes: "read_user read_repository write_repository", username: "oauth2",
        identities: ["resource_owner_id", "id"])

    // https://docs.gitea.com/development/oauth2-provider – Forgejo gives every token all rights and
    // passes over the scopes.
    static let gitea = OAuthPreset(
        authorize: "/login/oauth/authorize", token: "/login/oauth/access_token",
        accounts: ["/api/v1/user", "/login/oauth/userinfo"],
        registration: "/user/settings/applications", scopes: "read:user write:repository",
        takesBearer: true, identities: ["id", "sub"])

    // https://developer.atlassian.com/cloud/bitbucket/oauth-2/ – `account` is what its account
    // endpoint wants, without which nobody could say whose a token is.
    static let bitbucket = OAuthPreset(
        authorize: "/site/oauth2/authorize", token: "/site/oauth2/access_token",
        accounts: ["/2.0/user"],
        registration: "your workspace's settings > OAuth consumers",
        scopes: "account repository:write", username: "x-token-auth", takesBearer: true,
        identities: ["account_id", "uuid"], authentication: .basic)

    // https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/entra-oauth –
    // the number is Azure DevOps itself; whose a token is stands in the ID token.
    static let azure = OAuthPreset(
        authorize: microsoft + "authorize", token: microsoft + "token",
        device: microsoft + "devicecode",
        registration: "https://entra.microsoft.com > App registrations",
        scopes: "499b84ac-1321-427f-aa17-267ca6975798/.default offline_access openid profile",
        takesBearer: true, identities: ["sub"], loginHint: "login_hint")

    // What any server may have is named by the configuration.
    static let generic = OAuthPreset(
        registration: "its settings, under OAuth applications or clients", loginHint: "login_hint")

    private static let microsoft =
        "https://login.microsoftonline.com/organizations/oauth2/v2.0/"
}
