import CredentialCore
import Tokens

/// The credentials that a profile stands for. What comes first here counts:
///
/// 1. `web_identity_token_file` with `role_arn`;
/// 2. `role_arn` with `source_profile` or `credential_source`;
/// 3. `sso_account_id` and `sso_role_name`;
/// 4. `aws_access_key_id` and `aws_secret_access_key`;
/// 5. `login_session`, which is not supported;
/// 6. `credential_process`.
///
/// A profile that is another one's `source_profile` and has keys gives these keys, and its own
/// `role_arn` is not assumed; so a profile may name itself.
///
/// See https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-authentication.html
/// ("Configuration settings and precedence")
struct ProfileCredentials {
    let surroundings: AWSSurroundings
    let configuration: AWSConfiguration
    let roles: RoleCredentials

    /// The credentials; nil when the profile says nothing about any.
    ///
    /// - Parameter users: the profiles whose source it is, the nearest one last.
    /// - Throws: `configuration`, and whatever getting the credentials throws.
    func credentials(
        _ profile: AWSSection, for users: [String] = []
    ) throws(CredentialError) -> AWSCredentials? {
        let gives = Given(profile)
        if gives.webIdentity { return try webIdentity(profile) }
        if gives.role && (users.isEmpty || !gives.keys) {
            return try assumedRole(profile, users + [profile.name])
        }
        if gives.signIn {
            return try SSOCredentials(profile, configuration, roles.caller).credentials()
        }
        if gives.keys { return try keys(profile) }
        if profile["login_session"] != nil { throw Self.loginSession(profile) }
        guard let command = profile["credential_process"] else { return nil }
        return try CredentialProcess(command, profile, surroundings).credentials()
    }

    /// What a profile says something about.
    struct Given {
        let webIdentity: Bool
        let role: Bool
        let signIn: Bool
        let keys: Bool

        init(_ profile: AWSSection) {
            webIdentity = profile["web_identity_token_file"] != nil
            role = profile["role_arn"] != nil
            signIn = profile["sso_account_id"] != nil || profile["sso_role_name"] != nil
            keys =
                profile["aws_access_key_id"] != nil
                || profile.secret("aws_secret_access_key") != nil
        }
    }

    /// The profile's keys.
    ///
    /// - Throws: `configuration` when only one half is there, or something else than a key.
    func keys(_ profile: AWSSection) throws(CredentialError) -> AWSCredentials {
        let keyID = try profile.required("aws_access_key_id", beside: "aws_secret_access_key")
        guard let secret = profile.secret("aws_secret_access_key") else {
            throw profile.missing("aws_secret_access_key", beside: "aws_access_key_id")
        }
        let tokenSetting =
            profile.secret("aws_session_token") == nil ? "aws_security_token" : "aws_session_token"
        let token = profile.secret(tokenSetting)
        let flaw = AWSCredentials.flaw(
            (profile.titled("aws_access_key_id"), Secret(copying: Array(keyID.utf8))),
            (profile.titled("aws_secret_access_key"), secret),
            (profile.titled(tokenSetting), token))
        if let flaw {
            throw CredentialError(
                .configuration, flaw, remedy: "write it anew without that, and on one line")
        }
        return AWSCredentials(
            accessKeyID: keyID, secretAccessKey: secret, sessionToken: token, expiresAt: nil,
            identity: "access key \(keyID) of \(profile.title)")
    }

    private func webIdentity(_ profile: AWSSection) throws(CredentialError) -> AWSCredentials {
        let file = try profile.required("web_identity_token_file", beside: "role_arn")
        return try roles.credentials(
            try role(profile, beside: "web_identity_token_file"), webIdentityFile: file,
            through: profile.title)
    }

    private static func loginSession(_ profile: AWSSection) -> CredentialError {
        profile.error(
            "signs in by `aws login`, which Keyfob does not read",
            remedy: "use a profile with `credential_process = aws configure export-credentials "
                + "--profile \(profile.name) --format process`")
    }
}
