import Configuration
import CredentialCore
import SealedFile
import Tokens

/// The tokens that are minted here.
extension AdminSession {
    /// Where tokens come from.
    var tokenDesk: TokenDesk {
        TokenDesk(surroundings, configuration.aws, location)
    }

    /// What a registry client's request is answered from.
    ///
    /// - Throws: as ``RegistryAnswer/resolve(_:among:_:settings:)``.
    func registryAnswer(
        _ query: Query, among credentials: [Credential]
    ) throws(CredentialError) -> RegistryAnswer {
        let candidates = credentials.flatMap { credential in
            credential.bindings.map { Candidate(credential, $0) }
        }
        return try RegistryAnswer.resolve(query, among: candidates, configuration.aws) {
            (candidate) throws(CredentialError) in
            credentials.first { $0.id == candidate.id }?.settings ?? []
        }
    }

    /// What the cache holds for an order; nil when it holds nothing, or is locked.
    func cachedEntry(of order: TokenOrder, beside file: SealedFile?) -> TokenEntry? {
        let key = order.key(surroundings, configuration.aws)
        return try? TokenCache(location, beside: file).entry(for: key)
    }

    /// Whether the next token is to be minted before anybody asks for it: half the life of this one
    /// is over, or a file that decided on it is another by now.
    func isDue(_ entry: TokenEntry) -> Bool {
        if tokenDesk.isDue(entry) { return true }
        guard let token = entry.token,
            !entry.files.allSatisfy({ $0.stillHolds(limit: WitnessedFiles.limit) })
        else { return false }
        // No client is given it: it has no life left. A failure a moment ago counts all the same.
        var ended = entry
        ended.token?.expiresAt = token.obtainedAt
        return tokenDesk.isDue(ended)
    }

    /// Forgets what was minted from access keys that are gone now, or others than before. Nobody
    /// would be given it, so a failure is only worth a word.
    func forgetTokens(of credentials: [Credential]) {
        let keys = credentials.filter { !$0.kind.isSentAsStored }
        guard !keys.isEmpty else { return }
        let hosts = keys.flatMap(\.bindings).map(\.pattern.address.host)
        forgetTokens(at: Set(hosts)) { id, _ in keys.contains { $0.id == id } }
    }

    /// Forgets what was minted from access keys that the keyring keeps: it is locked from now on.
    func forgetTokensOfKeyring() {
        forgetTokens { _, store in store == .secretService }
    }

    private func forgetTokens(
        at hosts: Set<[UInt8]> = [], from isTheirs: (CredentialID, StoreKind) -> Bool
    ) {
        do throws(CredentialError) {
            let cache = TokenCache(location, beside: try SealedFile.open(location))
            var hosts = hosts
            for entry in cache.entries() {
                guard let order = try? TokenOrder(decoding: entry.order),
                    case .credential(let id, _, _, let store) = order.source, isTheirs(id, store)
                else { continue }
                hosts.insert(order.address.host)
            }
            for host in hosts { try cache.forget(host: host) }
        } catch {
            Console.note(error.message)
        }
    }
}
