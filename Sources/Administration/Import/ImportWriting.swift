import CredentialCore
import SealedFile

extension ImportPlan {
    /// Has the keyring keep the secrets that go there.
    ///
    /// - Parameter progress: told how many it keeps.
    func keep(
        _ changes: [Step], in stage: inout KeyringStage, progress: (Int) -> Void
    ) throws(CredentialError) {
        for (index, step) in changes.enumerated() {
            guard let login = step.entry.login, var credential = step.action.credential,
                credential.store == .secretService
            else { continue }
            if case .replace = step.action {
                credential = credential.taking(login, now: terms.now)
                credential.version += 1
            }
            try stage.keep(credential, login.replacement(for: credential.kind))
            progress(index + 1)
        }
    }

    /// Makes the plan's changes in a draft, all of them or none.
    ///
    /// What answered before goes on answering: a login that is brought in from elsewhere is not the
    /// one that somebody chose here last. So what is added comes last, in the order of the source.
    ///
    /// - Parameters:
    ///   - stage: what the keyring keeps already.
    ///   - progress: told how many changes are made.
    /// - Throws: `conflict` when the store was changed since the plan was made, and what
    ///   ``Draft/add(_:_:)`` throws.
    func apply(
        _ changes: [Step], _ stage: KeyringStage, to draft: Draft, progress: (Int) -> Void
    ) throws(CredentialError) {
        try stage.check()
        var added: [CredentialID] = []
        for (index, step) in changes.enumerated() {
            guard let login = step.entry.login else { continue }
            switch step.action {
            case .add(var credential):
                if let locator = stage.locator(of: credential) {
                    credential.locator = locator
                    try draft.adopt(credential)
                } else {
                    try draft.add(credential, login.fields)
                }
                added.append(credential.id)
            case .replace(let stored): try replace(stored, by: login, stage, in: draft)
            case .present, .skip, .refuse: break
            }
            progress(index + 1)
        }
        draft.putBehind(terms.lastCounts ? added.reversed() : added, now: terms.now)
    }

    private func replace(
        _ stored: Credential, by login: ImportedCredential, _ stage: KeyringStage, in draft: Draft
    ) throws(CredentialError) {
        guard let before = draft.credential(stored.id), before.version == stored.version,
            login.hasName
                || before.bindings.contains(where: { $0.pattern == login.binding?.pattern })
        else {
            throw CredentialError(
                .conflict, "\(stored.name) was changed meanwhile", remedy: "import again")
        }
        var credential = before.taking(login, now: terms.now)
        let old = try draft.fields(of: before)
        let fields = login.replacement(for: credential.kind)
        let locator = stage.locator(of: credential)
        if locator == nil, credential.kind == before.kind, old.matches(fields) {
            return try draft.update(credential)
        }
        if let secret = old.primary {
            // A client may store the old secret once more after its next success; it is known by
            // this, and does not bring the old secret back.
            credential.replacedFingerprint = try draft.fingerprint(
                of: credential, username: credential.username, secret: secret)
        }
        guard let locator else { return try draft.update(credential, fields) }
        credential.version += 1
        credential.locator = locator
        try draft.adopt(credential)
    }

    /// The steps after which the store should hold a login: those whose secrets it gives back when
    /// it is opened anew, by their indices, and the entries of the others.
    func readBack(
        in session: AdminSession
    ) throws(CredentialError) -> (kept: Set<Int>, missing: [ImportEntry]) {
        let file = try session.open()
        let stored = Dictionary(
            uniqueKeysWithValues: try file?.credentials().map { ($0.id, $0) } ?? [])
        var kept: Set<Int> = []
        var missing: [ImportEntry] = []
        for (index, step) in steps.enumerated() {
            guard let login = step.entry.login, let planned = step.action.credential else {
                continue
            }
            if let file, let credential = stored[planned.id],
                let fields = try? session.fields(of: credential, in: file),
                login.isHeld(by: fields)
            {
                kept.insert(index)
            } else {
                missing.append(step.entry)
            }
        }
        return (kept, missing)
    }
}
