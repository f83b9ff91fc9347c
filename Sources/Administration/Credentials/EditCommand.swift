import ArgumentParser
import CredentialCore
import SealedFile

/// `keyfob edit`
struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a credential; what is not given stays as it is.",
        discussion: """
            With no option but the name, a new secret is asked for: this is how a credential is \
            rotated. Every address it is bound to answers with the new secret at once; it has no \
            expiry unless one is given. The old one \
            is never shown. An access key takes new settings without a new secret; an empty value \
            takes a setting away.

            EXAMPLES:
              keyfob edit ghcr
              keyfob edit ghcr --expires 90d
              keyfob edit aws --role-arn arn:aws:iam::123456789012:role/pull
            """)

    @Argument(help: "The credential's name.")
    var name: String

    @Flag(help: "Ask for a new secret.")
    var secret = false

    @OptionGroup var source: SecretOptions

    @Option(help: "A new user name.")
    var username: String?

    @Option(help: "A new scope; empty for none.")
    var scope: String?

    @Option(help: ArgumentHelp("New words about it; empty for none.", valueName: "text"))
    var description: String?

    @Option(
        help: ArgumentHelp(
            "When the secret expires: 2026-12-31, a time, a span such as 90d, or never.",
            valueName: "when"))
    var expires: String?

    @Option(
        help: ArgumentHelp(
            "When it should be replaced, written like `--expires`.", valueName: "when"))
    var rotateAfter: String?

    @OptionGroup(title: "Access keys") var accessKey: AccessKeyOptions

    private var changesSecret: Bool {
        let changesSomethingElse =
            accessKey.isGiven
            || [username, scope, description, expires, rotateAfter].contains { $0 != nil }
        return secret || source.isGiven || !changesSomethingElse
    }

    func run() throws {
        let session = try AdminSession.start()
        let newScope = try scope.map { try Scope($0.utf8) }
        let newExpiry = try expires.map { try time($0, session.now) }
        let newRotation = try rotateAfter.map { try time($0, session.now) }
        let newSecret = changesSecret ? try readSecret(session) : nil
        let newSessionToken = try accessKey.readSessionToken()
        var losesExpiry = false
        var changedKeys: [(credential: Credential, fields: SecretFields)] = []
        try session.change(name) { (credential, draft) throws(CredentialError) in
            let before = credential
            let newUsername = try UsernameRule.checked(username, for: credential)
            try accessKey.apply(to: &credential)
            // Tokens are known by the version of the key that they were minted from.
            let mintsOthers =
                newSessionToken != nil || credential.username != before.username
                || credential.settings != before.settings
            let replacesVersion = newSecret != nil || newUsername != nil
            let old =
                replacesVersion
                ? try replaceable(before, in: draft)
                : mintsOthers ? try draft.fields(of: before) : nil
            if let primary = old?.primary, credential.kind.isSentAsStored {
                // A client may still store the old secret once after its next success; it is
                // recognised by this and does not bring the old secret back.
                credential.replacedFingerprint = try draft.fingerprint(
                    of: credential, username: credential.username, secret: primary)
            }
            if let newUsername { credential.username = newUsername }
            if let newScope { credential.scope = newScope }
            if let description { credential.description = description }
            if let newExpiry { credential.expiresAt = newExpiry }
            if let newRotation { credential.rotateAfter = newRotation }
            for index in credential.bindings.indices {
                credential.bindings[index].suspendedUntil = 0
            }
            try BindingRules.check(credential, namingUser: "add `--username NAME`")
            try AccessKeyRules.check(credential, session.configuration)
            guard newSecret != nil || mintsOthers, var fields = old else {
                try draft.update(credential)
                return
            }
            if let newSecret {
                try BindingRules.check(newSecret, for: credential)
                // A new secret has a life of its own: what is known of the old one's end goes.
                if newExpiry == nil {
                    losesExpiry = credential.expiresAt != nil
                    credential.expiresAt = nil
                }
                fields[credential.kind.secretFields.first ?? "secret"] = newSecret
                fields["refreshToken"] = nil
                fields["sessionToken"] = nil
            }
            if let newSessionToken { fields["sessionToken"] = newSessionToken }
            try draft.update(credential, fields)
            changedKeys = [(credential, fields)]
        }
        Console.note("changed \(name)" + (losesExpiry ? "; it has no expiry now" : ""))
        session.forgetTokens(of: changedKeys.map(\.credential))
        for (credential, fields) in changedKeys {
            AccessKeyRules.tellDoubt(about: credential, fields)
        }
    }

    /// Asked for last, so that nobody types a secret that cannot be kept.
    private func readSecret(_ session: AdminSession) throws(CredentialError) -> Secret {
        let (file, credential) = try session.open(credential: name)
        try session.requireUnlocked(credential, in: file)
        return try source.read("new " + credential.kind.secretWords)
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

    private func time(_ text: String, _ now: Int64) throws(CredentialError) -> Int64? {
        text == "never" ? nil : try Moment.parse(text, now: now)
    }
}
