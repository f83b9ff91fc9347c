import CredentialCore
import SealedFile

extension Credential {
    /// The credential that an imported login becomes.
    init(id: CredentialID, _ login: ImportedLogin, named name: String, _ terms: ImportPlan.Terms) {
        self.init(
            id: id, name: name, kind: login.kind, origin: .imported, store: terms.store,
            createdAt: terms.now, createdBy: terms.creator)
        username = login.username
        scope = terms.scope
        expiresAt = login.expiresAt
        bindings = [login.binding]
    }
}

extension ImportPlan {
    /// Makes some of the plan's changes in a draft, all of these or none.
    ///
    /// What answered before goes on answering: a login that is brought in from elsewhere is not the
    /// one that somebody chose here last. So what is added comes last, in the order of the source,
    /// where the first counts.
    ///
    /// - Throws: `conflict` when the store was changed since the plan was made, and what
    ///   ``Draft/add(_:_:)`` throws.
    func apply(
        _ changes: ArraySlice<Step>, to draft: Draft, now: Int64
    ) throws(CredentialError) {
        var added: [CredentialID] = []
        for step in changes {
            guard let login = step.entry.login else { continue }
            switch step.action {
            case .add(let credential):
                try draft.add(credential, login.fields)
                added.append(credential.id)
            case .replace(let stored): try replace(stored, by: login, in: draft, now: now)
            case .present, .skip, .refuse: break
            }
        }
        draft.putBehind(added, now: now)
    }

    private func replace(
        _ stored: Credential, by login: ImportedLogin, in draft: Draft, now: Int64
    ) throws(CredentialError) {
        guard var credential = draft.credentials.first(where: { $0.id == stored.id }),
            credential.bindings.contains(where: { $0.pattern == login.binding.pattern })
        else {
            throw CredentialError(
                .conflict, "\(stored.name) was changed meanwhile", remedy: "import again")
        }
        if let old = try draft.fields(of: credential).primary {
            // A client may store the old secret once more after its next success; it is known by
            // this, and does not bring the old secret back.
            credential.replacedFingerprint = try draft.fingerprint(
                of: credential, username: credential.username, secret: old)
        }
        credential.updatedAt = now
        credential.expiresAt = login.expiresAt
        for index in credential.bindings.indices { credential.bindings[index].suspendedUntil = 0 }
        var fields = SecretFields()
        if let secret = login.fields.primary {
            fields = SecretFields(credential.kind, primary: secret)
        }
        fields["refreshToken"] = login.fields["refreshToken"]
        try draft.update(credential, fields)
    }

    /// The steps after which the store should hold a login: those whose secrets it gives back when
    /// it is opened anew, by their indices, and the entries of the others.
    func readBack(
        in session: AdminSession
    ) throws(CredentialError) -> (kept: Set<Int>, missing: [ImportEntry]) {
        let file = try session.open()
        let stored = try file?.credentials() ?? []
        var kept: Set<Int> = []
        var missing: [ImportEntry] = []
        for (index, step) in steps.enumerated() {
            guard let login = step.entry.login, let planned = step.action.credential else {
                continue
            }
            if let file, let credential = stored.first(where: { $0.id == planned.id }),
                let fields = try? session.fields(of: credential, in: file),
                Self.holds(fields, login)
            {
                kept.insert(index)
            } else {
                missing.append(step.entry)
            }
        }
        return (kept, missing)
    }
}
