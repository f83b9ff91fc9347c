import CredentialCore

/// How a credential is doing, in a word; the worst first.
enum CredentialStatus: String, CaseIterable {
    /// Its own time has passed.
    case expired
    /// git's host refused it a moment ago.
    case suspended
    /// It ends, or should be replaced, within a week.
    case expiring
    /// Another with the same binding, user and scope answers before it, or is a newer password for
    /// the same SSH login.
    case duplicate
    /// An account's password, where the provider has tokens.
    case weak
    /// Nothing is to be done.
    case ok

    /// How long before its end a credential counts as expiring, in seconds: a week.
    private static let notice: Int64 = 7 * 86_400

    /// Whatever is to be said of one credential by itself; ``duplicate`` takes the others.
    static func states(of credential: Credential, now: Int64) -> [CredentialStatus] {
        var states: [CredentialStatus] = []
        let end = credential.finalExpiry
        let isExpired = end.map { $0 <= now } ?? false
        if isExpired { states.append(.expired) }
        if credential.bindings.contains(where: { $0.suspendedUntil > now }) {
            states.append(.suspended)
        }
        let isDue = { (end: Int64?) in end.map { $0 <= now + notice } ?? false }
        if !isExpired, isDue(end) || isDue(credential.rotateAfter) {
            states.append(.expiring)
        }
        if credential.isAccountPassword { states.append(.weak) }
        return states
    }

    /// Its place among all, from the worst.
    var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// How it looks on a terminal.
    var style: Style {
        switch self {
        case .ok: .green
        case .expiring, .duplicate, .weak: .yellow
        case .expired, .suspended: .red
        }
    }
}

extension Credential {
    /// The names of the credentials that this one is used with.
    var needs: [String] {
        setting("needs")?.split(separator: ",").map(String.init) ?? []
    }

    /// Replaces the names of credentials that it is used with; nil takes one away.
    ///
    /// - Returns: whether that changes anything.
    mutating func replaceNeeds(_ change: (String) -> String?) -> Bool {
        let before = needs
        var after: [String] = []
        for name in before.compactMap(change) where name != self.name && !after.contains(name) {
            after.append(name)
        }
        guard after != before else { return false }
        set("needs", to: after.isEmpty ? nil : after.joined(separator: ","))
        return true
    }
}
