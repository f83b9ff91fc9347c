import CredentialCore

/// What a profile says of the login at IAM Identity Center that it takes its credentials from.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
struct SSOLogin {
    let accountID: String
    let roleName: String
    let region: String
    let startURL: String
    /// The name of the `[sso-session …]`; nil when the profile itself says it all, as it once did.
    let session: String?

    /// What a profile says.
    ///
    /// - Throws: `configuration` when something is missing, or said twice and not the same.
    init(_ profile: AWSSection, _ configuration: AWSConfiguration) throws(CredentialError) {
        accountID = try profile.required("sso_account_id", beside: "sso_role_name")
        roleName = try profile.required("sso_role_name", beside: "sso_account_id")
        session = profile["sso_session"]
        var section: AWSSection?
        if let session {
            section = configuration.ssoSession(session)
            guard section != nil else {
                throw profile.error(
                    "has \(session) as its `sso_session`, which is not there",
                    remedy: "make it with `aws configure sso-session`, or correct the name")
            }
        }
        region = try Self.setting("sso_region", profile, section)
        startURL = try Self.setting("sso_start_url", profile, section)
    }

    /// The file in which `aws sso login` keeps the login's token.
    func tokenFile(home: String) -> String {
        "\(home)/.aws/sso/cache/\(SHA1.hexadecimal(session ?? startURL)).json"
    }

    private static func setting(
        _ name: String, _ profile: AWSSection, _ session: AWSSection?
    ) throws(CredentialError) -> String {
        guard let session else { return try profile.required(name, beside: "sso_account_id") }
        let value = try session.required(name, beside: "sso_session")
        if let own = profile[name], own != value {
            throw profile.error(
                "has another `\(name)` than \(session.title)", remedy: "remove the profile's")
        }
        return value
    }
}
