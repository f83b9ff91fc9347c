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
    /// Makes the changes of the plan in a draft, all of them or none.
    ///
    /// - Throws: `conflict` when the store was changed since the plan was made.
    func apply(to draft: Draft, now: Int64) throws(CredentialError) {
        let before = draft.credentials
        // The last one stored answers, and it is the first one that counts in every source.
        for step in steps.reversed() {
            guard let login = step.entry.login else { continue }
            switch step.action {
            case .add(var credential):
                credential.currency = draft.nextCurrency
                try draft.add(credential, login.fields)
            case .replace(let stored): try replace(stored, by: login, in: draft, now: now)
            case .present, .skip, .refuse: break
            }
        }
        try keepCurrent(before, in: draft)
    }

    /// What answered before goes on answering: a login that is brought in from elsewhere is not the
    /// one that somebody chose here last.
    private func keepCurrent(_ before: [Credential], in draft: Draft) throws(CredentialError) {
        let added = steps.compactMap { step in
            if case .add(let credential) = step.action { credential } else { nil }
        }
        for old in before.sorted(by: { $0.currency < $1.currency }) {
            let isRivalled = added.contains { new in
                new.scope == old.scope
                    && new.bindings.contains { binding in
                        old.bindings.contains {
                            $0.wireProtocol == binding.wireProtocol
                                && $0.pattern == binding.pattern
                        }
                    }
            }
            guard isRivalled, var current = draft.credentials.first(where: { $0.id == old.id })
            else { continue }
            current.currency = draft.nextCurrency
            try draft.update(current)
        }
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
        credential.currency = draft.nextCurrency
        credential.expiresAt = login.expiresAt
        for index in credential.bindings.indices { credential.bindings[index].suspendedUntil = 0 }
        var fields = SecretFields()
        if let secret = login.fields.primary {
            fields = SecretFields(credential.kind, primary: secret)
        }
        fields["refreshToken"] = login.fields["refreshToken"]
        try draft.update(credential, fields)
    }

    /// The entries that should be in the store: those whose secrets it gives back when it is opened
    /// anew, and the others.
    func readBack(
        in session: AdminSession
    ) throws(CredentialError) -> (kept: [ImportEntry], missing: [ImportEntry]) {
        let file = try session.open()
        let stored = try file?.credentials() ?? []
        var kept: [ImportEntry] = []
        var missing: [ImportEntry] = []
        for step in steps {
            guard let login = step.entry.login, let planned = step.action.credential else {
                continue
            }
            if let file, let credential = stored.first(where: { $0.id == planned.id }),
                let fields = try? session.fields(of: credential, in: file),
                Self.holds(fields, login)
            {
                kept.append(step.entry)
            } else {
                missing.append(step.entry)
            }
        }
        return (kept, missing)
    }
}
