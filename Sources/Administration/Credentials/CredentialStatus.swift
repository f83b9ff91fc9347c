import CredentialCore

/// How a credential is doing, in a word.
enum CredentialStatus: String {
    case ok
    case expiring
    case expired
    case suspended

    /// How long before its end a credential counts as expiring, in seconds: a week.
    private static let notice: Int64 = 7 * 86_400

    init(_ credential: Credential, now: Int64) {
        let ends = [credential.expiresAt, credential.rotateAfter].compactMap { $0 }
        if let expiresAt = credential.expiresAt, expiresAt <= now {
            self = .expired
        } else if credential.bindings.contains(where: { $0.suspendedUntil > now }) {
            self = .suspended
        } else if ends.contains(where: { $0 - Self.notice <= now }) {
            self = .expiring
        } else {
            self = .ok
        }
    }
}
