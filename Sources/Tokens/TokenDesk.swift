public import Configuration
public import CredentialCore
import Launch
public import SealedFile

/// Where tokens are asked for: answered from the cache, and minted by `keyfob-mint` where it has
/// none.
///
/// A token younger than half its life is served at once. An older one too, and meanwhile one
/// process fetches the next. An expired one is minted by one process while all others wait for it.
public struct TokenDesk {
    /// For how long after a failure nobody tries again to fetch a token ahead of time, in seconds.
    private static let backOff: Int64 = 300
    /// What `keyfob-mint` may take beyond its own time limit: to start, and to write.
    private static let slack = 5000
    /// What it is given at least, in milliseconds.
    private static let leastTime = 1000

    private let surroundings: Surroundings
    private let preferences: AWSPreferences
    private let location: StoreLocation
    private let now: () -> ClockReading

    /// A desk.
    ///
    /// - Parameter now: the time.
    public init(
        _ surroundings: Surroundings, _ preferences: AWSPreferences, _ location: StoreLocation,
        now: @escaping () -> ClockReading = ClockReading.now
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
        if let entry = try cache.entry(for: key), let token = usable(entry) {
            if isDue(entry) { refreshAhead(order, key, cache) }
            return token
        }
        let started = now().seconds
        let end = Deadline(milliseconds: preferences.timeout * 1000)
        return try cache.withLock(on: key, milliseconds: end.remaining + Self.slack) {
            (lock) throws(CredentialError) in
            // Whoever had the lock asked for us too, even if it was given back before we came to
            // it.
            let entry = try cache.entry(for: key)
            if let token = entry.flatMap(usable) { return token }
            if lock.hasWaited {
                if let failure = entry?.failure, failure.at >= started { throw failure.error }
                guard !lock.hasUnwrittenFailure(since: started) else { throw Self.unwritten }
            }
            return try mint(MintRequest(order), until: end)
        }
    }

    /// Mints a token anew, whatever the cache holds.
    ///
    /// - Parameter mfaCode: the one-time password of an MFA device, if the user was asked for it.
    /// - Throws: `codeWanted` when one is wanted, and what minting throws.
    public func refresh(
        _ order: TokenOrder, mfaCode: Secret? = nil
    ) throws(CredentialError) -> MintedToken {
        let end = Deadline(milliseconds: preferences.timeout * 1000)
        let key = order.key(surroundings, preferences)
        return try TokenCache(location, beside: nil).withLock(
            on: key, milliseconds: end.remaining + Self.slack
        ) { (_) throws(CredentialError) in
            var request = MintRequest(order)
            request.mfaCode = mfaCode
            return try mint(request, until: end)
        }
    }

    /// The token that the cache holds for an order and that may be given out; nil when there is
    /// none.
    public func cached(_ order: TokenOrder, beside file: SealedFile?) -> MintedToken? {
        let cache = TokenCache(location, beside: file)
        let entry = try? cache.entry(for: order.key(surroundings, preferences))
        return entry.flatMap(usable)
    }

    /// An entry's token, if it may be given out: its time has not passed, and what decided on it is
    /// as it was.
    public func usable(_ entry: TokenEntry) -> MintedToken? {
        guard let token = entry.token, token.isUsable(at: now()),
            entry.environment.map({ $0 == .current() }) ?? true,
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
        return !(failure.at..<(failure.at + Self.backOff)).contains(now().seconds)
    }

    /// Has a process that nobody waits for fetch the next token, unless one does already. It is
    /// handed the lock: of many that ask at once, one starts it.
    private func refreshAhead(_ order: TokenOrder, _ key: TokenKey, _ cache: TokenCache) {
        try? cache.withLock(on: key, milliseconds: 0) { (lock) throws(CredentialError) in
            // Where nothing can be written, the next one could not be kept.
            guard let descriptor = lock.descriptor,
                !lock.hasUnwrittenFailure(since: now().seconds - Self.backOff),
                let entry = try cache.entry(for: key), isDue(entry)
            else { return }
            var request = MintRequest(order)
            request.isAhead = true
            request.milliseconds = preferences.timeout * 1000
            try LibexecProgram.startDetached(
                "keyfob-mint", request.encoded(), handing: descriptor)
        }
    }

    private func mint(
        _ request: MintRequest, until end: Deadline
    ) throws(CredentialError) -> MintedToken {
        var reply = try ask(request, until: end)
        // Whatever ended the program need not end the pull.
        if reply == nil { reply = try ask(request, until: end) }
        guard let reply else {
            throw CredentialError(
                .unreachable, "keyfob-mint ended while it was asked", remedy: "try again")
        }
        switch try MintReply(decoding: reply) {
        case .token(let token): return token
        case .failure(let error): throw error
        }
    }

    /// What `keyfob-mint` answers; nil when it ends without a word.
    private func ask(
        _ request: MintRequest, until end: Deadline
    ) throws(CredentialError) -> Secret? {
        var request = request
        // Whoever waited for somebody that was killed then has little time left, but some.
        request.milliseconds = max(end.remaining, Self.leastTime)
        let program = try LibexecProgram("keyfob-mint")
        do throws(MessageChannel.Failure) {
            try program.channel.send(request.encoded())
            return try program.channel.receive(within: request.milliseconds + Self.slack)
        } catch {
            program.kill()
            guard error == .late else { return nil }
            throw CredentialError(
                .unreachable, "keyfob-mint did not answer in time", remedy: "try again")
        }
    }

    private static let unwritten = CredentialError(
        .unreachable,
        "another process could not fetch the token, and had no room to write down why",
        remedy: "make room in the state folder, or try again")
}
