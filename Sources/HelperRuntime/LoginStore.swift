import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// A login as a client hands it over.
struct Login {
    var username: [UInt8]?
    var secret: Secret
    var kind: Kind
    /// Whether it is surely of that kind: a client hands passwords and tokens over alike.
    var isKindCertain = false
    /// The scheme of a ready-made `Authorization` header, when the secret is one.
    var authtype: [UInt8]?
    var expiresAt: Int64?
    var refreshToken: Secret?
    /// What makes it an OAuth login.
    var mark: OAuthMark?
}

extension HelperSession {
    /// Stores a login at the address and scope of a query.
    ///
    /// git sends a `store` after every success, so one that says what resolution already answers
    /// writes nothing: it must cost little, and must not shadow what an administrator rotates.
    func store(_ login: Login, _ query: Query) throws(CredentialError) {
        let file = try open()
        let candidates =
            try file?.candidates(for: query.address, asking: query.wireProtocol) ?? []
        switch Resolver.resolve(query, among: candidates) {
        case .answer(let answer):
            if let file, let fields = try readable(answer, in: file),
                isSame(login, as: answer, fields, query)
            {
                return
            }
        case .suspended: break
        case .nothing: if try isMachines(login, query) { return }
        }
        try update { (draft, target) throws(CredentialError) in
            try change(draft, to: login, query, target)
        }
    }

    /// The fields of what answers now; nil when they cannot be read, which is told when they are to
    /// be changed. A service that does not answer is not asked twice.
    private func readable(
        _ answer: Candidate, in file: SealedFile
    ) throws(CredentialError) -> SecretFields? {
        do throws(CredentialError) {
            return try fields(of: answer, in: file)
        } catch {
            let isLast = error.code == .unreachable && answer.store != .file
            if isLast && !configuration.fallsBackToFile { throw error }
            return nil
        }
    }

    private func change(
        _ draft: Draft, to login: Login, _ query: Query, _ target: StoreKind
    ) throws(CredentialError) -> SealedFile.Decision {
        let candidates = draft.candidates(for: query.address, asking: query.wireProtocol)
        switch Resolver.resolve(query, among: candidates) {
        case .answer(let answer):
            if let credential = draft.credentials.first(where: { $0.id == answer.id }),
                let fields = try replaceable(credential, in: draft, target),
                isSame(login, as: answer, fields, query)
            {
                return .unchanged
            }
        case .suspended(let refused):
            if let decision = try lift(refused, draft, login, query) { return decision }
        case .nothing: break
        }
        if try isReplacedVersion(login, draft, query, candidates) { return .unchanged }
        let logins = try equals(of: login, query, among: candidates, in: draft, target)
        if logins.holdsIt { return .unchanged }
        if let stored = logins.replaced {
            try replace(stored, in: draft, with: login, query, target)
        } else {
            try draft.add(newCredential(login, query, draft, target), fields(of: login))
        }
        return .changed
    }

    /// What is stored already for the user of a login: whether that is this very login, and what it
    /// replaces. Accounts to which a host gives one user name stay apart.
    private func equals(
        of login: Login, _ query: Query, among candidates: [Candidate], in draft: Draft,
        _ target: StoreKind
    ) throws(CredentialError) -> (holdsIt: Bool, replaced: Credential?) {
        let isHeader = login.authtype != nil
        let stored = ChangePolicy.logins(
            of: login.username, isHeader: isHeader, query, among: candidates
        ).compactMap { draft.credential($0.id) }
        if stored.count > 1, login.mark == nil {
            for credential in stored {
                let fields = try replaceable(credential, in: draft, target)
                if fields?.primary?.matches(login.secret) ?? false { return (true, nil) }
            }
        }
        return (false, ChangePolicy.replaced(by: login.mark, among: stored))
    }

    /// Whether a login is the version that an edit or a renewal of the answering credential
    /// replaced: its user may be another one by now, so the answer to anybody counts as well.
    private func isReplacedVersion(
        _ login: Login, _ draft: Draft, _ query: Query, _ candidates: [Candidate]
    ) throws(CredentialError) -> Bool {
        var anybodys = query
        anybodys.username = nil
        for query in [query, anybodys] {
            if case .answer(let answer) = Resolver.resolve(query, among: candidates),
                try draft.isReplaced(login.secret, by: answer.id, username: login.username)
            {
                return true
            }
        }
        return false
    }

    /// The fields of what may be replaced. What the keyring has lost, or keeps locked while another
    /// store takes the secret, is as good as nothing: a new login mends it.
    private func replaceable(
        _ credential: Credential, in draft: Draft, _ target: StoreKind
    ) throws(CredentialError) -> SecretFields? {
        do throws(CredentialError) {
            return try draft.fields(of: credential)
        } catch
            where credential.store != .file
            && (error.code == .damaged || credential.store != target)
        {
            return nil
        }
    }

    private func replace(
        _ stored: Credential, in draft: Draft, with login: Login, _ query: Query,
        _ target: StoreKind
    ) throws(CredentialError) {
        var changed = stored
        changed.mark(asAccountPassword: isAccountPassword(login, query))
        changed.currency = draft.nextCurrency
        changed.updatedAt = now
        let old = try replaceable(stored, in: draft, target) ?? SecretFields()
        var new = fields(of: login)
        if let primary = old.primary, primary.matches(login.secret) {
            // An old git does not know expiry and refresh token and sends neither back.
            changed.expiresAt = login.expiresAt ?? stored.expiresAt
            if new["refreshToken"] == nil { new["refreshToken"] = old["refreshToken"] }
            if login.mark != nil { OAuthMark.set(login.mark, of: &changed) }
        } else {
            changed.expiresAt = login.expiresAt
            OAuthMark.set(login.mark, of: &changed)
        }
        let staysToken =
            stored.kind == .token && login.kind == .password && !login.isKindCertain
        changed.kind = staysToken ? .token : login.kind
        new = changed.kind == login.kind ? new : renamed(new, to: changed.kind)
        if changed.kind == stored.kind, new.matches(old) {
            try draft.update(changed)
        } else {
            changed.store = target
            try draft.update(changed, new)
        }
    }

    private func newCredential(
        _ login: Login, _ query: Query, _ draft: Draft, _ target: StoreKind
    ) -> Credential {
        var credential = Credential(
            id: Draft.newID(),
            name: CredentialName.suggested(for: query.address, username: login.username) { name in
                draft.credential(named: name) != nil
            },
            kind: login.kind, origin: query.wireProtocol == .git ? .git : .docker, store: target,
            createdAt: now, createdBy: creator)
        credential.username = login.username
        credential.authtype = login.authtype
        credential.scope = query.scope
        credential.expiresAt = login.expiresAt
        OAuthMark.set(login.mark, of: &credential)
        credential.currency = draft.nextCurrency
        credential.bindings = [Binding(query.wireProtocol, AddressPattern(query.address))]
        credential.mark(asAccountPassword: isAccountPassword(login, query))
        return credential
    }

    /// Whether a login is an account's own password where the host has tokens, which the listings
    /// point out.
    private func isAccountPassword(_ login: Login, _ query: Query) -> Bool {
        login.kind == .password && login.authtype == nil && login.expiresAt == nil
            && login.refreshToken == nil && !query.address.answersOnlyExactly
            && TokenShape.isAccountPassword(
                login.secret, username: login.username, host: query.address.host)
    }

    /// Ends the suspension of a seed whose secret has just worked; nil when it was another one.
    private func lift(
        _ refused: Candidate, _ draft: Draft, _ login: Login, _ query: Query
    ) throws(CredentialError) -> SealedFile.Decision? {
        guard var credential = draft.credentials.first(where: { $0.id == refused.id }),
            isSame(login, as: refused, try draft.fields(of: credential), query)
        else { return nil }
        for index in credential.bindings.indices
        where credential.bindings[index] == refused.binding {
            credential.bindings[index].suspendedUntil = 0
        }
        try draft.update(credential)
        return .changed
    }

    /// Whether a login says nothing that the stored one does not say.
    func isSame(
        _ login: Login, as stored: Candidate, _ fields: SecretFields, _ query: Query
    ) -> Bool {
        let username =
            stored.authtype == nil ? stored.answeredUsername(for: query) : stored.username
        // A git that takes headers gives a token back as the header that it made.
        let isItsHeader =
            login.authtype == OAuthMark.headerScheme && stored.authtype == nil
            && stored.origin == .git && stored.kind == .token
        let refreshIsSame =
            login.refreshToken.map { fields["refreshToken"]?.matches($0) ?? false } ?? true
        return username == login.username && refreshIsSame
            && (stored.authtype == login.authtype || isItsHeader)
            && (login.expiresAt == nil || login.expiresAt == stored.expiresAt)
            && (fields.primary?.matches(login.secret) ?? false)
    }

    private func fields(of login: Login) -> SecretFields {
        var fields = SecretFields(login.kind, primary: login.secret)
        fields["refreshToken"] = login.refreshToken
        return fields
    }

    private func renamed(_ fields: SecretFields, to kind: Kind) -> SecretFields {
        guard let primary = fields.primary else { return fields }
        var renamed = SecretFields(kind, primary: primary)
        renamed["refreshToken"] = fields["refreshToken"]
        return renamed
    }
}
