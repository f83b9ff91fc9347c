/// Who may change what. Clients change only what clients of their own protocol stored; what an
/// administrator seeded is never deleted by one.
public enum ChangePolicy {
    /// For how long a refused binding of an administrator's gives git no answer, in seconds.
    public static let suspensionTime: Int64 = 600

    /// The logins that clients stored for a user at an address. There is one, unless a host gives
    /// the tokens of different accounts one user name.
    public static func logins(
        of username: [UInt8]?, isHeader: Bool, _ query: Query, among candidates: [Candidate]
    ) -> [Candidate] {
        let origin: Origin = query.wireProtocol == .git ? .git : .docker
        return candidates.filter { candidate in
            candidate.origin == origin && candidate.binding.wireProtocol == query.wireProtocol
                && candidate.binding.pattern == AddressPattern(query.address)
                && candidate.scope == query.scope && candidate.username == username
                && (candidate.authtype != nil) == isHeader
        }
    }

    /// Whether a registry client's `erase` removes a login: every one of that address, whoever it
    /// is for, in exactly the scope in effect.
    ///
    /// - Parameter addresses: what ``Address/registryErasures(_:)`` makes of the request.
    public static func registryErase(
        of addresses: [Address], in scope: Scope, removes candidate: Candidate
    ) -> Bool {
        candidate.origin == .docker && candidate.binding.wireProtocol == .registry
            && candidate.scope == scope && !candidate.binding.pattern.isWildcard
            && addresses.contains(candidate.binding.pattern.address)
    }

    /// What git's `erase` names. A field that is nil stands for any value.
    public struct GitErase: Sendable {
        /// The scheme.
        public var protocolName: [UInt8]?
        /// The host, with its port.
        public var host: [UInt8]
        /// The path.
        public var path: [UInt8]?
        /// The user name.
        public var username: [UInt8]?

        /// A request from its fields.
        public init(
            protocolName: [UInt8]?, host: [UInt8], path: [UInt8]?, username: [UInt8]?
        ) {
            self.protocolName = protocolName
            self.host = host
            self.path = path
            self.username = username
        }
    }

    /// Whether git's `erase` concerns a login: it sees the logins that its `get` sees. When the
    /// request carries a password, only logins with exactly that one go.
    public static func gitErase(
        _ request: GitErase, in scope: Scope, concerns candidate: Candidate
    ) -> Bool {
        let stored = candidate.binding.pattern.address
        guard candidate.origin == .git, candidate.binding.wireProtocol == .git,
            candidate.scope.encloses(scope),
            let named = try? Address(
                gitProtocol: request.protocolName ?? stored.scheme, host: request.host,
                path: request.path ?? (request.host.isEmpty ? stored.path : nil))
        else { return false }
        return stored.scheme == named.scheme && stored.host == named.host
            && stored.port == named.port
            && (request.path == nil || stored.path == named.path)
            && (request.username == nil || request.username == candidate.username)
    }

    /// Whether a refusal of a candidate's own secret suspends its binding: an administrator's, for
    /// git. Its registries keep working, and nothing is deleted.
    public static func suspendsOnRefusal(_ candidate: Candidate) -> Bool {
        !candidate.origin.isLogin && candidate.binding.wireProtocol == .git
    }

    /// The keys a registry client's `list` shows for a candidate: a login of its own protocol or an
    /// administrator's literal binding, if it would be answered at once.
    public static func isListed(
        _ candidate: Candidate, in scope: Scope, now: Int64
    ) -> Bool {
        candidate.binding.wireProtocol == .registry && candidate.origin != .git
            && !candidate.binding.pattern.isWildcard && candidate.scope.encloses(scope)
            && candidate.kind.answers(.registry) && candidate.kind.isSentAsStored
            && !candidate.isExpired(at: now)
    }
}
