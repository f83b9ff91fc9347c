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
    /// Whether that is a time by AWS's clock, as who handed them out wrote it down; else by ours.
    var endsByAWSClock = false
    /// Whose they are and where they came from, for people: `access key AKIA… of the environment`,
    /// `role arn:aws:iam::1:role/pull through the profile build`.
    var identity: String
}

extension AWSCredentials {
    /// What keeps a part of a key from being sent, as a clause; nil when nothing does. They become
    /// headers, where a line break would begin another one, and AWS's are printable ASCII.
    ///
    /// - Parameters:
    ///   - id: the id, which is a word, with what it is called.
    ///   - others: secret and token.
    static func flaw(
        _ id: (name: String, value: Secret), _ others: (name: String, value: Secret?)...
    ) -> String? {
        for (name, value) in [id] + others {
            guard let value else { continue }
            guard value.isOneLine else { return "\(name) holds a line break" }
            let first: UInt8 = name == id.name ? 0x21 : 0x20
            guard value.withBytes({ $0.allSatisfy { (first...0x7E).contains($0) } }) else {
                return "\(name) holds a character that no key of AWS's has"
            }
        }
        return nil
    }
}
