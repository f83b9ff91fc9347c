import CredentialCore
import Tokens

/// The AWS credentials that the environment holds or points to.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
struct EnvironmentCredentials {
    private let surroundings: AWSSurroundings

    /// Those of an environment.
    init(_ surroundings: AWSSurroundings) {
        self.surroundings = surroundings
    }

    /// Whether a container's credentials are named.
    var namesContainer: Bool {
        surroundings.variable(.containerRelativeURI) != nil
            || surroundings.variable(.containerFullURI) != nil
    }

    /// The keys; nil when none are set.
    ///
    /// - Throws: `configuration` when only one half is set, or something else than a key.
    func keys() throws(CredentialError) -> AWSCredentials? {
        let keyID = surroundings.variable(.accessKeyID)
        let secret = surroundings.variable(.secretAccessKey)
        guard keyID != nil || secret != nil else { return nil }
        guard let keyID, let secret else {
            let (set, missing): (AWSVariable, AWSVariable) =
                keyID == nil
                ? (.secretAccessKey, .accessKeyID) : (.accessKeyID, .secretAccessKey)
            throw CredentialError(
                .configuration, "\(set.rawValue) is set without \(missing.rawValue)",
                remedy: "set both or none")
        }
        let tokenVariable: AWSVariable =
            surroundings.variable(.sessionToken) == nil ? .securityToken : .sessionToken
        let secretAccessKey = Secret(copying: Array(secret.utf8))
        let token = surroundings.variable(tokenVariable).map { Secret(copying: Array($0.utf8)) }
        let flaw = AWSCredentials.flaw(
            (AWSVariable.accessKeyID.rawValue, Secret(copying: Array(keyID.utf8))),
            (AWSVariable.secretAccessKey.rawValue, secretAccessKey),
            (tokenVariable.rawValue, token))
        if let flaw {
            throw CredentialError(.configuration, flaw, remedy: "set it anew without that")
        }
        return AWSCredentials(
            accessKeyID: keyID, secretAccessKey: secretAccessKey, sessionToken: token,
            expiresAt: try expiry(), endsByAWSClock: true,
            identity: "access key \(keyID) of the environment")
    }

    /// When they end. Whether that is over is AWS's to say: our clock may be wrong.
    private func expiry() throws(CredentialError) -> Int64? {
        let variable = AWSVariable.credentialExpiration
        guard let text = surroundings.variable(variable) else { return nil }
        guard let expiresAt = ISO8601.seconds(text) else {
            throw CredentialError(
                .configuration, "\(variable.rawValue) is no time",
                remedy: "write it like `2030-01-31T12:00:00Z`")
        }
        return expiresAt
    }

    /// The credentials of the role that a web identity stands for; nil when none is set.
    ///
    /// - Throws: `configuration` when no role is set, and whatever asking for it throws.
    func webIdentity(_ roles: RoleCredentials) throws(CredentialError) -> AWSCredentials? {
        guard let file = surroundings.variable(.webIdentityTokenFile) else { return nil }
        guard let role = surroundings.variable(.roleARN) else {
            throw CredentialError(
                .configuration, "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN",
                remedy: "set both or none")
        }
        return try roles.credentials(
            AssumedRole(
                roleARN: role, sessionName: surroundings.variable(.roleSessionName)),
            webIdentityFile: file, through: "the web identity of the environment")
    }
}
