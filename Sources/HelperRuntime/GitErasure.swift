import CredentialCore
import GitProtocol
import HostAccess
import SealedFile

/// git's `erase`: a host refused what it was given, or somebody wants it forgotten.
struct GitErasure {
    /// How old an access token must be, in seconds, for its refusal to mean that its time was over
    /// before the server had said it would be. A younger one is refused for itself.
    private static let settlingTime: Int64 = 60

    private let session: HelperSession
    private let named: ChangePolicy.GitErase
    /// What was refused; nil when whatever is stored is to go.
    private let refused: Secret?
    /// The query that what is to go would answer; nil for a request that names no protocol.
    private let query: Query?

    /// What a request is to erase; nil when it names no place.
    ///
    /// - Throws: `badRequest` when it leaves out the host.
    init?(
        _ request: GitRequest, _ session: HelperSession,
        naming query: (GitRequest, HelperSession) throws(CredentialError) -> Query?
    ) throws(CredentialError) {
        guard let host = request.host else { throw GitHelper.missing("host") }
        self.session = session
        refused = request.credential ?? request.password
        named = ChangePolicy.GitErase(
            protocolName: request.protocolName, host: host, path: request.path,
            username: request.username)
        guard request.protocolName != nil else {
            self.query = nil
            return
        }
        guard var query = try query(request, session) else { return nil }
        query.acceptsHeader = request.credential != nil
        self.query = query
    }

    /// Erases.
    ///
    /// - Throws: what the store throws.
    func run() throws(CredentialError) {
        let file = try session.open()
        if let query, let refused, try isMachines(query, file) {
            try session.suspendMachines(query, refused)
        }
        guard let file else { return }
        let hasLeftover = try SealedFile.hasLeftover(session.location)
        if let query {
            let candidates = try file.candidates(for: query.address, asking: .git)
            guard hasLeftover || !candidates.isEmpty else { return }
        }
        try session.update { (draft, _) throws(CredentialError) in
            var decision = SealedFile.Decision.unchanged
            for candidate in draft.candidates(asking: .git) where concerns(candidate) {
                guard try holdsRefused(candidate, in: draft),
                    try erase(candidate, in: draft)
                else { continue }
                decision = .changed
            }
            if let query, let refused, try suspend(query, refused, in: draft) {
                decision = .changed
            }
            return decision
        }
    }

    private func concerns(_ candidate: Candidate) -> Bool {
        ChangePolicy.gitErase(named, in: session.scope, concerns: candidate)
    }

    /// Removes a login, or has it renewed when it is next asked for.
    ///
    /// - Returns: whether anything was changed.
    private func erase(
        _ candidate: Candidate, in draft: Draft
    ) throws(CredentialError) -> Bool {
        guard var credential = draft.credential(candidate.id),
            try isToBeRenewed(credential, in: draft)
        else {
            try draft.remove(candidate.id)
            return true
        }
        guard !candidate.isExpired(at: session.now) else { return false }
        credential.expiresAt = session.now
        try draft.update(credential)
        return true
    }

    /// Whether a refusal says no more than that an OAuth login's access token has ended.
    private func isToBeRenewed(
        _ credential: Credential, in draft: Draft
    ) throws(CredentialError) -> Bool {
        guard refused != nil, OAuthMark(credential) != nil,
            session.now - credential.updatedAt > Self.settlingTime
        else { return false }
        return try draft.fields(of: credential)["refreshToken"] != nil
    }

    /// Whether it was not the user's own store that answered.
    private func isMachines(
        _ query: Query, _ file: SealedFile?
    ) throws(CredentialError) -> Bool {
        guard let file else { return true }
        guard case .nothing = try session.resolution(of: query, in: file) else { return false }
        return true
    }

    /// Whether a credential's secret is the refused one; any is, when none was named.
    private func holdsRefused(
        _ candidate: Candidate, in draft: Draft
    ) throws(CredentialError) -> Bool {
        guard let refused else { return true }
        guard let credential = draft.credential(candidate.id) else { return false }
        return try draft.fields(of: credential).primary?.matches(refused) ?? false
    }

    /// Suspends the binding of an administrator's that answered with exactly the refused secret.
    private func suspend(
        _ query: Query, _ refused: Secret, in draft: Draft
    ) throws(CredentialError) -> Bool {
        let candidates = draft.candidates(for: query.address, asking: .git)
        guard case .answer(let answer) = Resolver.resolve(query, among: candidates),
            ChangePolicy.suspendsOnRefusal(answer),
            try holdsRefused(answer, in: draft),
            var credential = draft.credential(answer.id)
        else { return false }
        for index in credential.bindings.indices where credential.bindings[index] == answer.binding
        {
            credential.bindings[index].suspendedUntil = session.now + ChangePolicy.suspensionTime
        }
        try draft.update(credential, as: .suspended)
        return true
    }
}
