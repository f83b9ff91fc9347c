import CredentialCore

extension Credential {
    /// The credential that an entry becomes.
    init(
        id: CredentialID, _ login: ImportedCredential, named name: String,
        _ terms: ImportPlan.Terms
    ) {
        self = login.credential
        self.id = id
        self.name = name
        version = 1
        origin = login.credential.consistentOrigin
        store = terms.store
        createdBy = terms.creator
        updatedAt = login.updatedAt(now: terms.now)
        createdAt = createdAt > 0 ? min(createdAt, updatedAt) : updatedAt
        currency = 0
        locator = []
        replacedFingerprint = []
        answerAtOnce()
    }

    /// This credential with what an entry says in the place of what it said. What the source leaves
    /// out stays as it is.
    func taking(_ login: ImportedCredential, now: Int64) -> Credential {
        let new = login.credential
        var merged = self
        merged.updatedAt = login.updatedAt(now: now)
        // It was the old secret's.
        merged.expiresAt = new.expiresAt
        guard login.hasName else {
            merged.answerAtOnce()
            ProviderCheck.mark(&merged, login.fields)
            return merged
        }
        if new.kind != kind {
            merged.kind = new.kind
            merged.username = new.username
            merged.authtype = new.authtype
            merged.settings = new.settings
        }
        if let username = new.username { merged.username = username }
        if let authtype = new.authtype { merged.authtype = authtype }
        if let rotateAfter = new.rotateAfter { merged.rotateAfter = rotateAfter }
        if !new.description.isEmpty { merged.description = new.description }
        if !new.scope.isNone { merged.scope = new.scope }
        if !new.settings.isEmpty { merged.settings = new.settings }
        if !new.bindings.isEmpty { merged.bindings = new.bindings }
        merged.origin = merged.consistentOrigin
        merged.answerAtOnce()
        ProviderCheck.mark(&merged, login.fields)
        return merged
    }

    /// Where it came from, so that clients may change and erase again the logins that they stored
    /// before an export; `import` where it is no longer what a client stores, a secret for one
    /// address.
    private var consistentOrigin: Origin {
        guard origin.isLogin else { return origin }
        let client: WireProtocol = origin == .git ? .git : .registry
        let isLogin =
            (kind == .password || kind == .token) && bindings.count == 1
            && bindings[0].wireProtocol == client && !bindings[0].pattern.isWildcard
        return isLogin ? origin : .imported
    }

    /// A new secret was refused by nobody yet.
    private mutating func answerAtOnce() {
        for index in bindings.indices { bindings[index].suspendedUntil = 0 }
    }
}

extension KnownCredentials.Known {
    /// What is other here than an entry says, in words that follow "has"; nil when nothing is. What
    /// the source leaves out is no difference, and neither is the name.
    func difference(to login: ImportedCredential) throws(CredentialError) -> String? {
        let (here, new) = (credential, login.credential)
        if here.kind != new.kind { return "another kind" }
        if let username = new.username, here.username != username { return "another user name" }
        if let authtype = new.authtype, here.authtype != authtype { return "another authtype" }
        if !new.scope.isNone, here.scope != new.scope { return "another scope" }
        if !new.bindings.isEmpty, here.uses != new.uses { return "other bindings" }
        if !new.settings.isEmpty, Set(here.settings) != Set(new.settings) {
            return "other settings"
        }
        if !new.description.isEmpty, here.description != new.description {
            return "another description"
        }
        if let expiresAt = new.expiresAt, here.expiresAt != expiresAt { return "another expiry" }
        if let rotateAfter = new.rotateAfter, here.rotateAfter != rotateAfter {
            return "another time to be replaced"
        }
        return login.isHeld(by: try fields()) ? nil : "another secret"
    }
}

extension Credential {
    /// Its bindings, in any order, suspended or not.
    var uses: Set<Binding> {
        Set(bindings.map { Binding($0.wireProtocol, $0.pattern) })
    }
}

extension ImportedCredential {
    /// Whether stored fields hold all of the entry's secrets.
    func isHeld(by stored: SecretFields) -> Bool {
        guard hasName else {
            guard let mine = fields.primary, stored.primary?.matches(mine) == true else {
                return false
            }
            guard let token = fields["refreshToken"] else { return true }
            return stored["refreshToken"]?.matches(token) == true
        }
        return fields.fields.allSatisfy { stored[$0.name]?.matches($0.value) == true }
    }

    /// The secrets as a credential of a kind has them. Clients know nothing but one secret and what
    /// it is refreshed with.
    func replacement(for kind: Kind) -> SecretFields {
        guard !hasName, let secret = fields.primary else { return fields }
        var replacement = SecretFields(kind, primary: secret)
        replacement["refreshToken"] = fields["refreshToken"]
        return replacement
    }

    /// Checks what the entry would be stored as.
    ///
    /// - Throws: `badRequest` with what is wrong with it.
    func check(_ credential: Credential) throws(CredentialError) {
        guard let secret = fields.primary, !secret.isEmpty || kind == .secret else {
            throw CredentialError(.badRequest, "its secret is empty")
        }
        try BindingRules.check(credential, namingUser: "")
        try BindingRules.check(secret, for: credential)
    }

    /// Why the stored credential is not to be replaced where the newest one counts; nil when it is.
    func reasonToStay(besides stored: Credential) -> String? {
        guard credential.updatedAt > 0 else { return "the source does not say when it changed" }
        return credential.updatedAt > stored.updatedAt ? nil : "was not changed before this one"
    }

    /// When the source says that it was changed last; now where it does not know.
    fileprivate func updatedAt(now: Int64) -> Int64 {
        credential.updatedAt > 0 ? min(credential.updatedAt, now) : now
    }
}
