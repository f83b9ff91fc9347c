import CredentialCore

/// What AWS requests are signed with.
struct AWSCredentials: Sendable {
    /// The access key's id, which is no secret.
    var accessKeyID: String
    /// The access key's secret.
    var secretAccessKey: Secret
    /// The token that goes with temporary keys.
    var sessionToken: Secret?
    /// When they stop being valid, in seconds since 1970; nil when never or unknown.
    var expiresAt: Int64?
    /// Whose they are and where they came from, for people: `access key AKIA… of the environment`,
    /// `role arn:aws:iam::1:role/pull through the profile build`.
    var identity: String
}
