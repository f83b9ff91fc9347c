import Configuration
import CredentialCore
import SealedFile

/// A person's turn to be asked about an address: by one process at a time, since they have one
/// terminal. What they told it counts for all who waited meanwhile.
struct PersonsTurn {
    /// What a process that asks may take beyond the person's time, in seconds: hosts are asked,
    /// too.
    private static let slack = 90

    /// What they told another process.
    enum Word {
        /// Which account they want.
        case chose([UInt8])
        /// That they want none, or nothing that would do.
        case refused(CredentialError)
    }

    private let cache: TokenCache
    private let lock: TokenKey
    private let note: TokenKey
    private let milliseconds: Int
    private let started: Int64

    /// The turn about what a query asks for.
    ///
    /// - Throws: what opening the store throws.
    init(_ query: Query, _ session: HelperSession) throws(CredentialError) {
        let key = { (description: [UInt8]) in
            TokenKey(
                description: Secret(copying: description), host: query.address.host,
                isLockedWithStore: false)
        }
        let address = query.address.bytes
        cache = TokenCache(session.location, beside: try session.open())
        lock = key(Array("asking ".utf8) + address)
        // What one user's login was refused for says nothing of another's.
        let user = query.username.map { Array(" ".utf8) + $0 } ?? []
        note = key(Array("told ".utf8) + address + user)
        milliseconds = (session.configuration.prompt.timeout + Self.slack) * 1000
        started = session.now
    }

    /// Takes the turn when nobody else has it.
    ///
    /// - Parameter ask: told whether another process had it until now, and what was said then.
    /// - Throws: `unreachable` when another process has it for too long, and what `ask` throws.
    func take<Outcome>(
        _ ask: (_ hasWaited: Bool, _ word: Word?) throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome {
        try cache.withLock(on: lock, milliseconds: milliseconds) {
            (held) throws(CredentialError) in
            try ask(held.hasWaited, held.hasWaited ? try word() : nil)
        }
    }

    /// What was said since this process began.
    private func word() throws(CredentialError) -> Word? {
        guard let entry = try cache.entry(for: note) else { return nil }
        if let failure = entry.failure, failure.at >= started { return .refused(failure.error) }
        if let choice = entry.token, choice.obtainedAt >= started { return .chose(choice.username) }
        return nil
    }

    /// Tells those who wait what the person said. Who cannot be told asks them again.
    func tell(_ word: Word) {
        let now = HelperSession.time()
        var entry = TokenEntry(order: [])
        switch word {
        case .chose(let account):
            entry.token = MintedToken(
                username: account, secret: Secret(copying: []),
                obtained: ClockReading(seconds: now), expiresAt: now, identity: "")
        case .refused(let error): entry.failure = TokenEntry.Failure(at: now, error: error)
        }
        try? cache.put(entry, for: note, now: now)
    }
}
