import CredentialCore

/// What to do about an entry when the store has something else for the same.
enum ConflictRule: String, CaseIterable {
    case ask
    case skip
    case replace
    case rename
    /// The one that was changed later counts.
    case newest
}

/// What becomes of one entry.
enum ImportAction {
    /// It is stored under this name.
    case add(Credential)
    /// It replaces this credential, or its secret.
    case replace(Credential)
    /// This credential holds it already.
    case present(Credential)
    /// It stays where it is, and nothing is lost.
    case skip(String)
    /// It cannot be imported.
    case refuse(String)

    /// The credential that holds the entry when all is done.
    var credential: Credential? {
        switch self {
        case .add(let credential), .replace(let credential), .present(let credential): credential
        case .skip, .refuse: nil
        }
    }

    /// Whether the store is changed by it.
    var isChange: Bool {
        switch self {
        case .add, .replace: true
        case .present, .skip, .refuse: false
        }
    }

    /// Why it cannot be imported; nil when it is no refusal.
    var refusal: String? {
        if case .refuse(let reason) = self { reason } else { nil }
    }
}
