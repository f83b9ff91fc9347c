import Configuration
import CredentialCore
import Glibc
import SealedFile
import Tokens
import Transport

/// Mints tokens, and keeps what came of it in the cache: the token, or why there is none.
struct Mint {
    let surroundings: Surroundings
    let configuration: Configuration
    let location: StoreLocation

    init(_ surroundings: Surroundings, _ configuration: Configuration) {
        self.surroundings = surroundings
        self.configuration = configuration
        location = StoreLocation(
            dataFolder: surroundings.dataFolder, stateFolder: surroundings.stateFolder,
            externalKeyFile: surroundings.externalKeyFile)
    }

    /// Mints the token that a request is for. Whoever waits for it holds the lock on it; for a token
    /// that is fetched ahead nobody waits, and the lock is taken here.
    ///
    /// - Throws: why there is no token.
    func token(for request: MintRequest) throws(CredentialError) -> MintedToken {
        let file = try SealedFile.open(location)
        let cache = TokenCache(location, beside: file)
        let key = request.order.key(surroundings, configuration.aws)
        guard request.isAhead else { return try token(for: request, cache, key, beside: file) }
        let lock = try TokenLock(key, location, milliseconds: 0)
        defer { _ = lock.hasWaited }
        let desk = TokenDesk(surroundings, configuration.aws, location, now: Self.now)
        // Somebody may have fetched it while this program started.
        if let entry = try cache.entry(for: key), let token = desk.usable(entry), !desk.isDue(entry)
        {
            return token
        }
        return try token(for: request, cache, key, beside: file)
    }

    private func token(
        for request: MintRequest, _ cache: TokenCache, _ key: TokenKey, beside file: SealedFile?
    ) throws(CredentialError) -> MintedToken {
        let files = WitnessedFiles()
        do throws(CredentialError) {
            let token = try fetch(request, files, beside: file)
            let entry = TokenEntry(
                order: request.order.encoded, token: token, files: files.witnesses)
            // Where nothing can be written, the token still answers this once.
            try? cache.put(entry, for: key, now: Self.now())
            return token
        } catch {
            // Where nothing is configured nobody waits for long, and anonymous pulls go on.
            guard error.code != .absent else { throw error }
            var entry = (try? cache.entry(for: key)) ?? TokenEntry(order: request.order.encoded)
            entry.failure = TokenEntry.Failure(at: Self.now(), error: error)
            try? cache.put(entry, for: key, now: Self.now())
            throw error
        }
    }

    private func fetch(
        _ request: MintRequest, _ files: WitnessedFiles, beside file: SealedFile?
    ) throws(CredentialError) -> MintedToken {
        let source = try KeySource(request, self, files, beside: file)
        let token = try source.caller.registryToken(
            request.order.registry, with: source.credentials())
        return MintedToken(
            username: token.username, secret: token.secret, obtainedAt: Self.now(),
            expiresAt: token.expiresAt, identity: token.identity)
    }

    static func now() -> Int64 { Int64(time(nil)) }
}
