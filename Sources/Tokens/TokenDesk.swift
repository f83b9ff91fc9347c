public import Configuration
public import CredentialCore
import Launch
public import SealedFile

/// Where tokens are asked for: answered from the cache, and minted by `keyfob-mint` where it has
/// none.
///
/// A token younger than half its life is served at once. An older one too, and meanwhile one process
/// fetches the next. An expired one is minted by one process while all others wait for it.
public struct TokenDesk {
    /// For how long after a failure nobody tries again to fetch a token ahead of time, in seconds.
    private static let backOff: Int64 = 300
    /// What `keyfob-mint` may take beyond its own time limit: to start, and to write.
    private static let slack = 5000

    private let surroundings: Surroundings
    private let preferences: AWSPreferences
    private let location: StoreLocation
    private let now: () -> Int64

    /// A desk.
    ///
    /// - Parameter now: the time, in seconds since 1970.
    public init(
        _ surroundings: Surroundings, _ preferences: AWSPreferences, _ location: StoreLocation,
        now: @escaping () -> Int64
    ) {
        self.surroundings = surroundings
        self.preferences = preferences
        self.location = location
        self.now = now
    }

    /// A token for an order.
    ///
    /// - Parameter file: the sealed file, if there is one.
    /// - Throws: `locked` when the source is; `absent` when there is nothing to mint from; what
    ///   minting throws.
    public func token(
        for order: TokenOrder, beside file: SealedFile?
    ) throws(CredentialError) -> MintedToken {
        let cache = TokenCache(location, beside: file)
        let key = order.key(surroundings, preferences)
        let started = now()
        if let entry = try cache.entry(for: key), let token = usable(entry) {
            if isDue(entry) { refreshAhead(order, key) }
            return token
        }
        let lock = try TokenLock(key, location, milliseconds: deadline)
        if lock.hasWaited, let entry = try cache.entry(for: key) {
            if let token = usable(entry) { return token }
            // Whoever had the lock asked for us too.
            if let failure = entry.failure, failure.at >= started { throw failure.error }
        }
        return try mint(MintRequest(order))
    }

    /// Mints a token anew, whatever the cache holds.
    ///
    /// - Parameter mfaCode: the one-time password of an MFA device, if the user was asked for it.
    /// - Throws: `codeWanted` when one is wanted, and what minting throws.
    public func refresh(
        _ order: TokenOrder, mfaCode: Secret? = nil
    ) throws(CredentialError) -> MintedToken {
        let lock = try TokenLock(
            order.key(surroundings, preferences), location, milliseconds: deadline)
        defer { _ = lock.hasWaited }
        var request = MintRequest(order)
        request.mfaCode = mfaCode
        return try mint(request)
    }

    /// The token that the cache holds for an order and that may be given out; nil when there is none.
    public func cached(_ order: TokenOrder, beside file: SealedFile?) -> MintedToken? {
        let cache = TokenCache(location, beside: file)
        let entry = try? cache.entry(for: order.key(surroundings, preferences))
        return entry.flatMap(usable)
    }

    /// Whether an entry's token may be given out: its time has not passed, and the files that decided
    /// on it are as they were.
    public func usable(_ entry: TokenEntry) -> MintedToken? {
        guard let token = entry.token, token.isUsable(at: now()),
            entry.files.allSatisfy({ $0.stillHolds(limit: WitnessedFiles.limit) })
        else { return nil }
        return token
    }

    /// Whether the next token is to be fetched: half the life of this one is over, and the last
    /// attempt did not fail a moment ago.
    public func isDue(_ entry: TokenEntry) -> Bool {
        guard let token = entry.token, token.isHalfSpent(at: now()) else { return false }
        guard let failure = entry.failure else { return true }
        // A clock that was set back since then does not keep it from trying.
        return !(failure.at..<(failure.at + Self.backOff)).contains(now())
    }

    /// Has a process that nobody waits for fetch the next token, unless one does already.
    private func refreshAhead(_ order: TokenOrder, _ key: TokenKey) {
        guard (try? TokenLock(key, location, milliseconds: 0)) != nil else { return }
        var request = MintRequest(order)
        request.isAhead = true
        try? LibexecProgram.startDetached("keyfob-mint", request.encoded())
    }

    private func mint(_ request: MintRequest) throws(CredentialError) -> MintedToken {
        let program = try LibexecProgram("keyfob-mint")
        let reply: Secret
        do throws(MessageChannel.Failure) {
            try program.channel.send(request.encoded())
            reply = try program.channel.receive(within: deadline)
        } catch {
            program.kill()
            throw CredentialError(
                .unreachable,
                error == .late
                    ? "keyfob-mint did not answer in time"
                    : "keyfob-mint ended while it was asked",
                remedy: "try again")
        }
        switch try MintReply(decoding: reply) {
        case .token(let token): return token
        case .failure(let error): throw error
        }
    }

    private var deadline: Int { preferences.timeout * 1000 + Self.slack }
}
