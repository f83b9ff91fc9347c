import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// How a credential becomes what an edit wants of it.
struct CredentialEdit {
    /// What was done.
    struct Outcome {
        let credential: Credential
        /// The fields, where they were written anew.
        var fields: SecretFields?
        var losesExpiry = false
    }

    let terms: EditTerms
    let accessKey: AccessKeyOptions
    let given: FieldOptions
    let configuration: Configuration
    /// What the fields' changes made of the credential before the store was locked for the change.
    private var rehearsed: (before: Credential, after: Credential)?

    init(
        terms: EditTerms, accessKey: AccessKeyOptions, given: FieldOptions,
        configuration: Configuration
    ) {
        self.terms = terms
        self.accessKey = accessKey
        self.given = given
        self.configuration = configuration
    }

    /// Tries a new main secret out, so that a person whose answer is wrong can be asked again.
    mutating func rehearse(
        _ form: inout CredentialForm, on before: Credential
    ) throws(CredentialError) {
        let isWhole = form.changes.secrets[form.main.name] != nil && !form.template.takesAnyField
        guard isWhole else { return }
        var credential = before
        try accessKey.apply(to: &credential)
        try ProviderCheck.setProvider(given.provider, of: &credential)
        let after = try form.complete(credential, SecretFields()) {
            (credential, fields) throws(CredentialError) in try check(&credential, fields)
        }
        rehearsed = (before, after.credential)
    }

    /// Makes the change in a draft.
    func make(
        _ changes: FieldChanges, on credential: inout Credential, in draft: Draft
    ) throws(CredentialError) -> Outcome {
        let before = credential
        try accessKey.apply(to: &credential)
        changes.applyTexts(to: &credential)
        let isOther =
            credential.username != before.username || credential.settings != before.settings
        // Tokens are known by the version of the key that they were minted from.
        let replacesVersion =
            changes.changesSecrets || (isOther && credential.kind == .accessKey)
        let old =
            changes.changesSecrets || changes.changesUsername
            ? try replaceable(before, in: draft)
            : isOther || given.provider != nil ? try draft.fields(of: before) : nil
        if let primary = old?.primary, credential.kind.isSentAsStored {
            // A client may still store the old secret once after its next success; it is
            // recognised by this and does not bring the old secret back.
            credential.replacedFingerprint = try draft.fingerprint(
                of: before, username: before.username, secret: primary)
        }
        terms.apply(to: &credential)
        for index in credential.bindings.indices {
            credential.bindings[index].suspendedUntil = 0
        }
        var fields = old ?? SecretFields()
        if let rehearsed, isSame(rehearsed.before, before) {
            credential.username = rehearsed.after.username
            credential.settings = rehearsed.after.settings
            try changes.applySecrets(to: &fields, named: credential.name)
        } else if old != nil {
            try changes.apply(to: &credential, &fields)
        }
        try ProviderCheck.setProvider(given.provider, of: &credential)
        try Needs.set(given.needs, of: &credential, among: draft.credentials)
        try check(&credential, fields)
        guard let old, replacesVersion else {
            try draft.update(credential)
            return Outcome(credential: credential)
        }
        var losesExpiry = false
        // A new secret has a life of its own: what is known of the old one's end goes.
        if changes.replacesSecret(of: old), terms.expiresAt == nil {
            losesExpiry = credential.expiresAt != nil
            credential.expiresAt = nil
        }
        if changes.replacesSecret(of: old), changes.secrets["refreshToken"] == nil,
            OAuthMark(credential) != nil
        {
            // What a person gives in its place no server renews.
            OAuthMark.set(nil, of: &credential)
            fields["refreshToken"] = nil
        }
        try draft.update(credential, fields)
        return Outcome(credential: credential, fields: fields, losesExpiry: losesExpiry)
    }

    private func isSame(_ one: Credential, _ other: Credential) -> Bool {
        one.version == other.version && one.username == other.username
            && one.settings == other.settings
    }

    private func check(
        _ credential: inout Credential, _ fields: SecretFields
    ) throws(CredentialError) {
        try BindingRules.check(credential, namingUser: "add `--username NAME`")
        try AccessKeyRules.check(credential, configuration)
        guard let secret = fields.primary else { return }
        try BindingRules.check(secret, for: credential)
        try ProviderCheck.check(&credential, fields, isForced: given.force)
    }

    /// The fields before the edit. Those that the keyring has lost are as good as none.
    private func replaceable(
        _ credential: Credential, in draft: Draft
    ) throws(CredentialError) -> SecretFields {
        do throws(CredentialError) {
            return try draft.fields(of: credential)
        } catch  where credential.store != .file && error.code == .damaged {
            return SecretFields()
        }
    }
}
