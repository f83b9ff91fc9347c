import CredentialCore
import SealedFile

extension SeedPlan {
    /// Makes the changes in a draft.
    func apply(to draft: Draft) throws(CredentialError) {
        var currency = draft.nextCurrency
        for step in steps {
            var credential = step.credential
            switch (step.action, step.fields) {
            case (.stored, let fields?):
                credential.currency = currency
                currency += 1
                try draft.add(credential, fields)
            case (.replaced, let fields?):
                // A client may store the old secret once more after its next success; it is known
                // by this, and does not bring the old secret back.
                credential.replacedFingerprint = try fingerprint(of: step.before, in: draft)
                try draft.update(credential, fields)
            case (.replaced, nil): try draft.update(credential)
            case (.removed, _): try draft.remove(credential.id)
            case (.stored, nil), (.unchanged, _), (.skipped, _): break
            }
        }
    }

    private func fingerprint(
        of old: Credential?, in draft: Draft
    ) throws(CredentialError) -> [UInt8] {
        guard let old, old.kind.isSentAsStored else { return [] }
        let fields = try Self.readable(
            { () throws(CredentialError) in try draft.fields(of: old) }, of: old)
        guard let secret = fields.primary else { return [] }
        return try draft.fingerprint(of: old, username: old.username, secret: secret)
    }

    /// The fields of a credential. Those that the keyring has lost are as good as none.
    static func readable(
        _ read: () throws(CredentialError) -> SecretFields, of credential: Credential
    ) throws(CredentialError) -> SecretFields {
        do throws(CredentialError) {
            return try read()
        } catch  where credential.store != .file && error.code == .damaged {
            return SecretFields()
        }
    }
}
