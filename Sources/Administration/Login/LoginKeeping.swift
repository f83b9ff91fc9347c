import Configuration
import CredentialCore
import Glibc
import HostAccess
import SealedFile
import Tokens

/// Stores a login as the host's client would: where it is erased by that client, too.
struct LoginKeeping {
    private let place: LoginPlace
    private let session: AdminSession
    private let query: Query
    private let target: StoreKind

    /// Finds out where it will be kept, before anybody types anything.
    ///
    /// - Throws: what keeps the store from taking it, and `badRequest` for a registry where nobody
    ///   logs in.
    init(
        _ place: LoginPlace, _ scope: Scope, _ session: AdminSession
    ) throws(CredentialError) {
        self.place = place
        self.session = session
        query = Query(place.wireProtocol, place.address, scope: scope, now: session.now)
        if place.wireProtocol == .registry {
            try Self.checkIsNotMinted(query, place, session)
        }
        target = try session.writableStore()
        if target == .file { try session.open()?.requireUnlocked() }
    }

    /// Stores a login in the place of the same user's, or beside others'.
    func keep(_ login: EnteredLogin) throws(CredentialError) -> LoginReport {
        var kept: Credential?
        var isReplaced = false
        var answering: String?
        try session.update { (draft) throws(CredentialError) in
            let candidates = draft.candidates(for: query.address, asking: query.wireProtocol)
            let fields = fields(of: login)
            if var credential = replaced(by: login, among: candidates, in: draft) {
                isReplaced = true
                try rememberSecret(of: &credential, before: login, in: draft)
                describe(&credential, login, draft)
                try draft.update(credential, fields)
                kept = credential
            } else {
                var credential = made(login, draft)
                describe(&credential, login, draft)
                try draft.add(credential, fields)
                kept = credential
            }
            let now = draft.candidates(for: query.address, asking: query.wireProtocol)
            if case .answer(let answer) = Resolver.resolve(query, among: now) {
                answering = answer.name
            }
        }
        guard let kept else { throw CredentialError(.system, "the login was not stored") }
        return LoginReport(kept, login, place, isReplaced: isReplaced, answering: answering)
    }

    /// The login that a new one replaces.
    private func replaced(
        by login: EnteredLogin, among candidates: [Candidate], in draft: Draft
    ) -> Credential? {
        let stored = ChangePolicy.logins(
            of: login.username, isHeader: false, query, among: candidates
        ).compactMap { draft.credential($0.id) }
        return ChangePolicy.replaced(by: login.mark, among: stored)
    }

    /// A git that still runs may store the old secret once after its next success; it is recognised
    /// by this and does not bring the old secret back.
    private func rememberSecret(
        of credential: inout Credential, before login: EnteredLogin, in draft: Draft
    ) throws(CredentialError) {
        // One that cannot be read any more is as good as none.
        guard let old = try? draft.fields(of: credential).primary, !old.matches(login.secret)
        else { return }
        credential.replacedFingerprint = try draft.fingerprint(
            of: credential, username: credential.username, secret: old)
    }

    private func made(_ login: EnteredLogin, _ draft: Draft) -> Credential {
        let name = CredentialName.suggested(for: query.address, username: login.username) {
            draft.credential(named: $0) != nil
        }
        var credential = Credential(
            id: Draft.newID(), name: name, kind: login.kind,
            origin: query.wireProtocol == .git ? .git : .docker, store: target,
            createdAt: Int64(time(nil)), createdBy: session.creator)
        credential.username = login.username
        credential.scope = query.scope
        credential.bindings = [Binding(query.wireProtocol, AddressPattern(query.address))]
        return credential
    }

    private func describe(
        _ credential: inout Credential, _ login: EnteredLogin, _ draft: Draft
    ) {
        credential.kind = login.kind
        credential.store = target
        credential.expiresAt = login.expiresAt
        credential.currency = draft.nextCurrency
        // The person may have taken minutes.
        credential.updatedAt = Int64(time(nil))
        var mark = login.mark
        if mark?.requestedName == nil {
            mark?.requestedName = OAuthMark(credential)?.requestedName
        }
        OAuthMark.set(mark, of: &credential)
        let isPassword =
            login.kind == .password && !query.address.answersOnlyExactly
            && TokenShape.isAccountPassword(
                login.secret, username: login.username, host: query.address.host)
        credential.mark(asAccountPassword: isPassword)
    }

    private func fields(of login: EnteredLogin) -> SecretFields {
        var fields = SecretFields(login.kind, primary: login.secret)
        fields["refreshToken"] = login.refreshToken
        return fields
    }

    /// Where tokens are minted from an access key, a login would only be in the way of them.
    private static func checkIsNotMinted(
        _ query: Query, _ place: LoginPlace, _ session: AdminSession
    ) throws(CredentialError) {
        let stored = try session.open()?.credentials() ?? []
        guard case .minted(_) = try session.registryAnswer(query, among: stored) else { return }
        throw CredentialError(
            .badRequest,
            "\(place.address.text) takes no login: its clients are given tokens that are minted "
                + "from an access key",
            remedy: "see from which with `keyfob explain \(place.text)`, or add one with "
                + "`keyfob add NAME --kind access-key --bind \(place.text)`")
    }
}
