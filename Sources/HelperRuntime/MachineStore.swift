import CredentialCore
import Events
import SealedFile

/// The machine's store: root's, read by the members of its group. It answers where the user's own
/// holds nothing for a query; what the user's own holds but cannot give (it is locked, suspended or
/// expired) is the answer, not somebody else's credential.
extension HelperSession {
    /// Has the user's own store answer a query of git's, or where it holds nothing, the machine's.
    ///
    /// - Parameter body: given the answer, if there is one, with what else is known of the host.
    /// - Throws: what reading and `body` throw. A machine's store that cannot be read is an error:
    ///   it may hold the answer.
    // Copies of it in its callers would make the programs larger.
    @inline(never)
    func answering(
        _ query: Query,
        _ body: (Candidate, _ others: [Candidate], SealedFile) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        var isOurs = false
        _ = try reading { (file: SealedFile) throws(CredentialError) in
            let candidates = try candidates(for: query, in: file)
            var answer: Candidate?
            switch Resolver.resolve(query, among: candidates) {
            case .answer(let own): answer = own
            case .suspended: isOurs = true
            case .nothing: answer = try accountsLogin(query, among: candidates, in: file)
            }
            guard let answer else { return }
            isOurs = true
            try body(answer, candidates, file)
        }
        if isOurs { return }
        _ = try reading(from: .machine) { (file: SealedFile) throws(CredentialError) in
            guard case .answer(let answer) = try resolution(of: query, in: file) else { return }
            try body(answer, [], file)
        }
    }

    /// What a store holds for a query.
    func resolution(
        of query: Query, in file: SealedFile
    ) throws(CredentialError) -> Resolver.Resolution {
        Resolver.resolve(query, among: try candidates(for: query, in: file))
    }

    private func candidates(
        for query: Query, in file: SealedFile
    ) throws(CredentialError) -> [Candidate] {
        let candidates = try file.candidates(for: query.address, asking: query.wireProtocol)
        guard query.wireProtocol == .git, file.location.isMachines else { return candidates }
        return Suspensions(location, of: file).applied(to: candidates, now: now)
    }

    /// Whether a login is the machine's own, or what an edit there just replaced: then it is not to
    /// be copied into the user's store, where it would outlive the machine's.
    ///
    /// - Throws: what reading throws that an answer does not take, and `system`.
    func isMachines(_ login: Login, _ query: Query) throws(CredentialError) -> Bool {
        guard let (file, answer, isSuspended, fields) = try machinesAnswer(to: query) else {
            return false
        }
        guard isSame(login, as: answer, fields, query) else {
            return try file.isReplaced(login.secret, by: answer.id, username: login.username)
        }
        if isSuspended { try Suspensions(location, of: file).remove(answer, now: now) }
        return true
    }

    /// What the machine's store answers, or would if it were not suspended, and with what; nil when
    /// that is nothing.
    ///
    /// - Throws: `system`: what cannot be read at the moment may have answered a moment ago. What
    ///   is wrong with the store itself kept it from answering anybody.
    private func machinesAnswer(
        to query: Query
    ) throws(CredentialError) -> (SealedFile, Candidate, isSuspended: Bool, SecretFields)? {
        do throws(CredentialError) {
            guard let file = try open(.machine) else { return nil }
            switch try resolution(of: query, in: file) {
            case .answer(let answer): return (file, answer, false, try file.fields(of: answer))
            case .suspended(let answer): return (file, answer, true, try file.fields(of: answer))
            case .nothing: return nil
            }
        } catch  where error.code != .system {
            return nil
        }
    }

    /// Suspends the binding of the machine's that answered this user's git with exactly the refused
    /// secret: for this user, in the user's own state folder.
    func suspendMachines(_ query: Query, _ refused: Secret) throws(CredentialError) {
        guard let file = try open(.machine),
            case .answer(let answer) = try resolution(of: query, in: file),
            ChangePolicy.suspendsOnRefusal(answer),
            try file.fields(of: answer).primary?.matches(refused) ?? false
        else { return }
        try Suspensions(location, of: file).add(answer, now: now)
        events.append(.suspended, answer.id.text, now: now)
    }
}
