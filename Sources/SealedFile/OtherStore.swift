import CredentialCore

/// The store that keeps the secrets of credentials whose store is not the sealed file, and what a
/// draft did and left to be done there.
struct OtherStore {
    private let store: (any CredentialStore)?
    /// What it keeps since the draft was begun, and no catalogue names yet.
    private var saved: [SecretReference] = []
    /// Whose secrets in it are obsolete in part, or wholly, once the draft is written.
    private var replaced: [Credential] = []
    /// The names of credentials that are given up although it keeps their secrets.
    private var forgotten: [String] = []

    init(_ store: (any CredentialStore)?) {
        self.store = store
    }

    func fields(of credential: Credential) throws(CredentialError) -> SecretFields {
        try store(of: credential).fields(of: SecretReference(credential))
    }

    /// Has it keep a secret; returns the credential that knows where.
    mutating func save(
        _ fields: SecretFields, for credential: Credential
    ) throws(CredentialError) -> Credential {
        var kept = credential
        kept.locator = try store(of: credential).save(credential, fields)
        saved.append(SecretReference(kept))
        return kept
    }

    /// Writes a copy of the metadata beside the secret.
    func annotate(_ credential: Credential) throws(CredentialError) {
        try store(of: credential).annotate(credential)
    }

    /// Once the draft is written, what it keeps of this version is to go.
    mutating func replace(_ old: Credential) {
        replaced.append(old)
    }

    /// Once the draft is written, all it keeps of a credential is to go.
    ///
    /// - Parameter isForgotten: whether the credential may go although the secret cannot.
    mutating func remove(
        _ credential: Credential, evenIfKept isForgotten: Bool
    ) throws(CredentialError) {
        do throws(CredentialError) {
            try store(of: credential).checkWritable()
            replaced.append(credential)
        } catch {
            guard isForgotten else { throw error }
            forgotten.append(credential.name)
        }
    }

    /// Removes what no catalogue names: after the draft was written, what it replaced and removed;
    /// otherwise, what was kept for it.
    ///
    /// - Parameter current: what the draft holds by now.
    /// - Returns: the names of credentials of which something could not be removed.
    func settle(isWritten: Bool, _ current: (CredentialID) -> Credential?) -> [String] {
        guard isWritten else {
            return saved.filter { (try? store?.discard($0)) == nil }.map(\.name)
        }
        return replaced.filter { old in
            let kept = current(old.id).flatMap { $0.store == .file ? nil : $0.locator }
            return (try? store?.prune(old.id, keeping: kept)) == nil
        }.map(\.name) + forgotten
    }

    private func store(
        of credential: Credential
    ) throws(CredentialError) -> any CredentialStore {
        guard let store else {
            throw CredentialError(
                .unreachable, "the store of \(credential.name) is not at hand here")
        }
        return store
    }
}
