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

    /// Mints the token that a request is for, and keeps what came of it. Whoever asked holds the
    /// lock on it, or handed it over.
    ///
    /// - Throws: why there is no token.
    func token(for request: MintRequest) throws(CredentialError) -> MintedToken {
        let file = try SealedFile.open(location)
        let cache = TokenCache(location, beside: file)
        let key = request.order.key(surroundings, configuration.aws)
        let files = WitnessedFiles()
        do throws(CredentialError) {
            let token = try fetch(request, files, beside: file)
            let entry = TokenEntry(
                order: request.order.encoded, token: token, files: files.witnesses,
                environment: files.environment)
            // Where nothing can be written, the token still answers this once.
            try? cache.put(entry, for: key, now: token.obtainedAt)
            return token
        } catch {
            if isWorthKnowing(error, request) { keep(error, request, cache, key) }
            throw error
        }
    }

    /// Where nothing is configured nobody waits for long, and anonymous pulls go on.
    private func isWorthKnowing(_ error: CredentialError, _ request: MintRequest) -> Bool {
        error.code != .absent || !request.order.isAmbient || request.isAhead
    }

    private func keep(
        _ error: CredentialError, _ request: MintRequest, _ cache: TokenCache, _ key: TokenKey
    ) {
        let now = Self.now()
        var entry = (try? cache.entry(for: key)) ?? TokenEntry(order: request.order.encoded)
        entry.failure = TokenEntry.Failure(at: now, error: error)
        do throws(CredentialError) {
            try cache.put(entry, for: key, now: now)
        } catch {
            cache.noteUnwrittenFailure(at: now)
        }
    }

    private func fetch(
        _ request: MintRequest, _ files: WitnessedFiles, beside file: SealedFile?
    ) throws(CredentialError) -> MintedToken {
        let source = try KeySource(request, self, files, beside: file)
        let token = try source.caller.registryToken(
            request.order.registry, with: source.credentials())
        return MintedToken(
            username: token.username, secret: token.secret, obtained: .now(),
            expiresAt: token.expiresAt, identity: token.identity)
    }

    static func now() -> Int64 { Int64(time(nil)) }
}
