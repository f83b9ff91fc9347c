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
        var staying = Heirs()
        for (index, step) in steps.enumerated().reversed() {
            var entry = step.entry
            guard kept.contains(index) else {
                staying.add(entry, at: index)
                continue
            }
            if hasSuccession, entry.removal?.file != nil, let heir = staying.heir(of: entry) {
                entry.removal = .stays(
                    "the login for \(heir.address), in \(heir.place), would take its place")
            }
            if entry.removal?.takesAway != true { staying.add(entry, at: index) }
            removals.append(entry)
        }
        return removals.reversed()
    }
}

/// What stays in a source, the last entry added first.
private struct Heirs {
    private typealias Place = (index: Int, entry: ImportEntry)

    /// What a client asks for that finds a login.
    private struct Question: Hashable {
        let wireProtocol: WireProtocol
        let address: Address

        /// git asks for a host and takes a login for any path there, unless
        /// `credential.useHttpPath` says otherwise.
        init(_ binding: Binding) {
            let asked = binding.pattern.address
            wireProtocol = binding.wireProtocol
            address =
                wireProtocol == .git
                ? Address(scheme: asked.scheme, host: asked.host, port: asked.port, path: [])
                : asked
        }
    }

    private var logins: [Question: [Place]] = [:]
    /// What cannot be imported may serve a client all the same.
    private var refused: [String: Place] = [:]

    mutating func add(_ entry: ImportEntry, at index: Int) {
        switch entry.finding {
        case .login(let login):
            guard let binding = login.binding else { return }
            logins[Question(binding), default: []].append((index, entry))
        case .refused: refused[entry.address] = (index, entry)
        case .passedOver: break
        }
    }

    /// What a client that asks for an entry's address would find in its place, with another secret.
    func heir(of entry: ImportEntry) -> ImportEntry? {
        guard let login = entry.login, let binding = login.binding,
            let secret = login.fields.primary
        else { return nil }
        let next = logins[Question(binding)]?.last { place in
            place.entry.login?.fields.primary?.matches(secret) == false
        }
        guard let next, let refused = refused[entry.address] else {
            return (next ?? refused[entry.address])?.entry
        }
        return next.index < refused.index ? next.entry : refused.entry
    }
}
