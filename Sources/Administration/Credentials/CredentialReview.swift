import CredentialCore

/// How all credentials of a store are doing. Nothing is unlocked for it.
struct CredentialReview {
    private let now: Int64
    private let shadows: Shadows

    init(_ credentials: [Credential], now: Int64) {
        self.now = now
        shadows = Shadows(credentials, now: now)
    }

    /// What is to be said of a credential, the worst first; `ok` alone when there is nothing.
    func states(of credential: Credential) -> [CredentialStatus] {
        var states = CredentialStatus.states(of: credential, now: now)
        if shadows[credential] != nil {
            states.insert(.duplicate, at: states.last == .weak ? states.count - 1 : states.count)
        }
        return states.isEmpty ? [.ok] : states
    }

    /// The worst of it, and what to do about that; nil when nothing is to be done.
    func attention(of credential: Credential) -> String? {
        guard let status = states(of: credential).first, status != .ok else { return nil }
        return "\(credential.name): \(status.rawValue); \(remedy(status, credential))"
    }

    private func remedy(_ status: CredentialStatus, _ credential: Credential) -> String {
        let name = credential.name
        switch status {
        case .ok: return ""
        case .expiring, .expired:
            guard OAuthStanding(credential)?.isRefused == true,
                let login = credential.loginCommand
            else {
                return "renew it with `keyfob edit \(name)`"
            }
            return "its server does not renew it any more; log in again with `\(login)`"
        case .suspended: return "its host refused it; `keyfob edit \(name)` ends the suspension"
        case .weak: return "an account's password; put a token in its place: `keyfob edit \(name)`"
        case .duplicate:
            guard let shadow = shadows[credential] else { return "" }
            if shadow.bindings.isEmpty {
                return "\(shadow.other.name) is newer and for the same login; `keyfob dedupe` "
                    + "removes it if the password is the same, `keyfob remove \(name)` if it is "
                    + "out of date"
            }
            let answers = "\(shadow.other.name) answers before it"
            guard shadow.bindings.count < credential.bindings.count else {
                return "\(answers); `keyfob dedupe` removes it"
            }
            let bindings = credential.bindings.filter(shadow.bindings.contains).prefix(3)
                .map(\.text).joined(separator: " ")
            return "\(answers); `keyfob unbind \(name) \(bindings)`"
        }
    }
}
