import Configuration
import CredentialCore
import SealedFile
import Tokens

/// The tokens of the cache, as this environment sees them.
struct CachedTokens {
    /// One of them.
    struct CachedToken {
        let order: TokenOrder
        let entry: TokenEntry
    }

    /// Those that clients are given here.
    private(set) var own: [CachedToken] = []
    /// How many are another environment's, or were minted from what is no longer so.
    private(set) var others = 0

    init(
        _ session: AdminSession, beside file: SealedFile?
    ) throws(CredentialError) {
        let cache = TokenCache(session.location, beside: file)
        let entries = cache.entries()
        guard !entries.isEmpty else { return }
        let credentials = try file?.credentials() ?? []
        let scope = try session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        // What is no order is the note of a login that could not be renewed.
        for entry in entries where !entry.order.isEmpty {
            if let order = try? TokenOrder(decoding: entry.order),
                Self.isOrdered(order, in: scope, credentials, session),
                let found = session.cachedEntry(of: order, beside: file), found.matches(entry),
                entry.environment.map({ $0 == .current() }) ?? true
            {
                own.append(CachedToken(order: order, entry: entry))
            } else {
                others += 1
            }
        }
        own.sort { $0.order.address.text < $1.order.address.text }
    }

    /// Whether a client that asks today would be given a token by this very order. One that comes
    /// from an access key with a scope is asked for in that scope.
    private static func isOrdered(
        _ order: TokenOrder, in scope: Scope, _ credentials: [Credential], _ session: AdminSession
    ) -> Bool {
        var scopes = [scope]
        if case .credential(let id, _, _, _) = order.source {
            scopes += credentials.filter { $0.id == id }.map(\.scope)
        }
        return scopes.contains { scope in
            let query = Query(.registry, order.address, scope: scope, now: session.now)
            let answer = try? session.registryAnswer(query, among: credentials)
            guard case .minted(let current)? = answer else { return false }
            return current == order
        }
    }
}

extension TokenEntry {
    /// Whether both are the same entry, read twice.
    fileprivate func matches(_ other: TokenEntry) -> Bool {
        guard order == other.order, files == other.files, failure == other.failure else {
            return false
        }
        switch (token, other.token) {
        case (let token?, let otherToken?): return token.secret.matches(otherToken.secret)
        case (nil, nil): return true
        default: return false
        }
    }
}
