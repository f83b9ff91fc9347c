import CredentialCore

/// Finds credentials of a draft by id and by name.
///
/// A client's request looks for a few, and going through all of them is quicker than making an
/// index. Who looks for many gets one.
struct DraftIndex {
    private static let scanLimit = 16
    private var scans = 0
    private var isMade = false
    private var ids: [CredentialID: Int] = [:]
    private var names: [String: Int] = [:]

    /// Where the credential of that id is.
    mutating func place(of id: CredentialID, in credentials: [Credential]) -> Int? {
        isWorthMaking(of: credentials) ? ids[id] : credentials.firstIndex { $0.id == id }
    }

    /// Where the credential of that name is.
    mutating func place(named name: String, in credentials: [Credential]) -> Int? {
        isWorthMaking(of: credentials) ? names[name] : credentials.firstIndex { $0.name == name }
    }

    private mutating func isWorthMaking(of credentials: [Credential]) -> Bool {
        guard !isMade else { return true }
        scans += 1
        guard scans > Self.scanLimit else { return false }
        ids.reserveCapacity(credentials.count)
        names.reserveCapacity(credentials.count)
        isMade = true
        for (place, credential) in credentials.enumerated() { add(credential, at: place) }
        return true
    }

    mutating func add(_ credential: Credential, at place: Int) {
        guard isMade else { return }
        ids[credential.id] = place
        names[credential.name] = place
    }

    mutating func rename(_ old: String, to new: String, at place: Int) {
        guard isMade, old != new else { return }
        names[old] = nil
        names[new] = place
    }

    /// Forgets a credential in whose place another may stand now.
    mutating func forget(_ credential: Credential, at place: Int, in credentials: [Credential]) {
        guard isMade else { return }
        ids[credential.id] = nil
        names[credential.name] = nil
        if place < credentials.count { add(credentials[place], at: place) }
    }
}
