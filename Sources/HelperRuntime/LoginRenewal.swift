import CredentialCore
import Glibc
import HostAccess
import SealedFile

/// The renewal of a login that an authorization server gave out (RFC 6749, 6).
///
/// Servers that rotate refresh tokens take each once, and some end a login whose spent token comes
/// again (RFC 9700, 4.14.2): so one process asks at a time, it asks with what is stored at that
/// moment, it asks only when the answer can be stored, and it stores the answer before git gets it.
final class LoginRenewal {
    /// How long before its end a token is renewed, in seconds: git still has to send it.
    private static let margin: Int64 = 60
    /// For how long a server that refused is not asked again with the same token, in seconds.
    private static let patience: Int64 = 600
    /// How long to wait for another process that asks, in milliseconds.
    private static let waitingTime = 90_000

    let login: AnsweringLogin
    let file: SealedFile
    let place: HostPlace
    let session: HelperSession

    /// The renewal of a login; nil when it is not due, or nothing that can be renewed by this user.
    init?(
        _ login: AnsweringLogin, in file: SealedFile, _ place: HostPlace, _ session: HelperSession
    ) {
        guard login.mark != nil, login.refreshToken != nil, !file.location.isMachines,
            Self.mayBeDue(login.candidate, session.now)
        else { return nil }
        self.login = login
        self.file = file
        self.place = place
        self.session = session
    }

    /// Whether a login ends so soon that it may have to be renewed.
    static func mayBeDue(_ candidate: Candidate, _ now: Int64) -> Bool {
        candidate.expiresAt.map { $0 <= now + margin } ?? false
    }

    /// The login, renewed by this process or by the one that it waited for.
    ///
    /// - Throws: `expired` when the server refuses, `unreachable` when it cannot be asked, and what
    ///   keeps the store from taking the answer.
    func renewed() throws(CredentialError) -> AnsweringLogin {
        let cache = TokenCache(session.location, beside: file)
        let key = TokenKey(
            description: Secret(copying: Array("renewal ".utf8) + login.candidate.id.bytes),
            host: place.address.host, isLockedWithStore: false)
        let started = HelperSession.time()
        return try cache.withLock(on: key, milliseconds: Self.waitingTime) {
            (lock) throws(CredentialError) in
            guard let current = try newest() else { throw removed }
            if isDone(current) { return current.login }
            if lock.hasWaited {
                // Whoever had the lock failed for us too.
                if let failure = try cache.entry(for: key)?.failure, failure.at >= started {
                    throw failure.error
                }
                guard !lock.hasUnwrittenFailure(since: started) else { throw Self.unwritten }
            }
            if let refusedAt = current.login.mark?.refusedAt,
                (refusedAt..<(refusedAt + Self.patience)).contains(HelperSession.time())
            {
                throw refusal
            }
            do throws(CredentialError) {
                return try renew(current, isLocked: lock.descriptor != nil)
            } catch {
                let error = error.code == .expired ? refusal : error
                note(error, current, key, cache)
                throw error
            }
        }
    }

    // MARK: Under the lock

    /// The login as the store holds it now.
    final class Current {
        let login: AnsweringLogin
        let credential: Credential

        init(_ login: AnsweringLogin, _ credential: Credential) {
            self.login = login
            self.credential = credential
        }
    }

    func newest() throws(CredentialError) -> Current? {
        let found = try session.reading { (file: SealedFile) throws(CredentialError) -> Current? in
            let id = login.candidate.id
            guard let credential = try file.credentials().first(where: { $0.id == id }) else {
                return nil
            }
            let candidate = Candidate(credential, login.candidate.binding)
            let (secret, refreshToken) = try session.answer(
                of: candidate, in: file, mayPrompt: true)
            let login = AnsweringLogin(
                candidate: candidate, secret: secret, refreshToken: refreshToken,
                mark: OAuthMark(credential))
            return Current(login, credential)
        }
        return found ?? nil
    }

    /// Whether there is nothing left to do. Tokens that live hardly longer than the margin are used
    /// for half their life, and in any case by those who waited for them.
    private func isDone(_ current: Current) -> Bool {
        guard current.login.mark != nil, current.login.refreshToken != nil,
            let end = current.credential.expiresAt
        else { return true }
        let now = HelperSession.time()
        if current.credential.version != login.candidate.version { return now < end }
        let lifetime = max(end - current.credential.updatedAt, 0)
        return now < end - min(Self.margin, lifetime / 2)
    }

    private func renew(
        _ current: Current, isLocked: Bool
    ) throws(CredentialError) -> AnsweringLogin {
        guard let refreshToken = current.login.refreshToken else { return current.login }
        try checkWritable()
        guard isLocked else { throw Self.unlockable(session.location) }
        let request = HostRequest.refresh(
            place, refreshToken: refreshToken,
            owner: current.login.mark?.owner ?? OAuthOwner(name: nil, identity: nil),
            provider: current.login.mark?.provider,
            clientSecret: try session.clientSecret(at: place.address))
        // What asks us to end waits until the answer is stored, here and in the program that asks
        // the server: by then the old token may be spent.
        return try Self.uninterrupted { () throws(CredentialError) in
            guard case .tokens(let tokens) = try HostDesk().ask(request) else {
                throw HostDesk.misunderstanding
            }
            return try keep(tokens, current)
        }
    }

    // MARK: Parts

    var loginCommand: String { "keyfob login git:\(place.address.text)" }

    private var refusal: CredentialError {
        CredentialError(
            .expired,
            "\(place.address.text) does not renew the login \(login.candidate.name) any more",
            remedy: "log in again with `\(loginCommand)`")
    }

    private var removed: CredentialError {
        CredentialError(
            .expired, "the login \(login.candidate.name) was removed meanwhile",
            remedy: "log in again with `\(loginCommand)`")
    }

    private static let unwritten = CredentialError(
        .unreachable,
        "another process could not renew the login, and had no room to write down why",
        remedy: "make room in the state folder, or try again")

    private static func unlockable(_ location: StoreLocation) -> CredentialError {
        CredentialError(
            .system,
            "the login has expired, and it is not renewed since nothing can be locked in "
                + location.stateFolder,
            remedy: "make that folder writable")
    }

    private static func uninterrupted<Outcome>(
        _ body: () throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome {
        var ending = sigset_t()
        var before = sigset_t()
        sigemptyset(&ending)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&ending, signal) }
        sigprocmask(SIG_BLOCK, &ending, &before)
        defer { sigprocmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
