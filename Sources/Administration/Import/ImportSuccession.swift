import CredentialCore

/// A file may hold several logins for an address, and clients take the first. Were that one
/// removed, they would take the next without a word: an old secret, or another account.
extension ImportPlan {
    /// The logins that are to be removed from the source. One that a client would replace by
    /// another that stays there stays too.
    ///
    /// - Parameters:
    ///   - kept: the steps whose logins the store has given back, by their indices.
    ///   - hasSuccession: whether the source's clients take the next one.
    func removals(of kept: Set<Int>, hasSuccession: Bool) -> [ImportEntry] {
        var removals: [ImportEntry] = []
        var staying: [ImportEntry] = []
        for (index, step) in steps.enumerated().reversed() {
            var entry = step.entry
            guard kept.contains(index) else {
                staying.append(entry)
                continue
            }
            if hasSuccession, entry.removal?.file != nil,
                let heir = staying.last(where: { $0.succeeds(entry) })
            {
                entry.removal = .stays(
                    "the login for \(heir.address), in \(heir.place), would take its place")
            }
            if entry.removal?.takesAway != true { staying.append(entry) }
            removals.append(entry)
        }
        return removals.reversed()
    }
}

extension ImportEntry {
    /// Whether a client that asks for the other one's address would find this one, with another
    /// secret.
    fileprivate func succeeds(_ other: ImportEntry) -> Bool {
        guard let theirs = other.login else { return false }
        guard let mine = login else {
            // What cannot be imported may serve a client all the same.
            if case .refused = finding { return address == other.address }
            return false
        }
        guard let secret = mine.fields.primary, theirs.fields.primary?.matches(secret) != true,
            mine.binding.wireProtocol == theirs.binding.wireProtocol
        else { return false }
        let (address, theirAddress) = (mine.binding.pattern.address, theirs.binding.pattern.address)
        // git asks for a host and takes a login for any path there, unless `credential.useHttpPath`
        // says otherwise.
        return mine.binding.wireProtocol == .git
            ? address.scheme == theirAddress.scheme && address.authority == theirAddress.authority
            : address == theirAddress
    }
}
