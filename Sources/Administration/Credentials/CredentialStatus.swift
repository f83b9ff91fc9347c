import CredentialCore

/// How a credential is doing, in a word.
enum CredentialStatus: String {
    case ok
    case expiring
    case expired
    case suspended

    /// What to do about it; nil when nothing is.
    func remedy(for credential: Credential) -> String? {
        switch self {
        case .ok: nil
        case .expiring, .expired: "renew it with `keyfob edit \(credential.name)`"
        case .suspended:
            "its host refused it; `keyfob edit \(credential.name)` ends the suspension"
        }
    }

    /// How long before its end a credential counts as expiring, in seconds: a week.
    private static let notice: Int64 = 7 * 86_400

    init(_ credential: Credential, now: Int64) {
        let ends = [credential.expiresAt, credential.rotateAfter].compactMap { $0 }
        if let expiresAt = credential.expiresAt, expiresAt <= now {
            self = .expired
        } else if credential.bindings.contains(where: { $0.suspendedUntil > now }) {
            self = .suspended
        } else if ends.contains(where: { $0 <= now + Self.notice }) {
            self = .expiring
        } else {
            self = .ok
        }
    }
}
