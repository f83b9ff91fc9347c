/// Decides which credential answers.
///
/// The winner is picked from everything known, before any store is asked. If its store then cannot
/// be asked, that is the answer: never somebody else's credential.
public enum Resolver {
    /// What a query comes to.
    public enum Resolution: Sendable {
        /// This one answers.
        case answer(Candidate)
        /// This one would, but git was refused with it a moment ago.
        case suspended(Candidate)
        /// Nothing is stored for the address.
        case nothing
    }

    /// Why a candidate does not answer, or how well it fits.
    public enum Verdict: Hashable, Sendable {
        /// It fits this well.
        case fits(Rank)
        /// It is for the other protocol.
        case otherProtocol
        /// Its kind is nothing a client of this protocol can use.
        case kindNotServed
        /// It is for another scheme, as http is not https.
        case otherScheme
        /// It is for another host.
        case otherHost
        /// It is for another port.
        case otherPort
        /// It is for another path.
        case otherPath
        /// It is for a scope that does not enclose the one in effect.
        case otherScope
        /// It is for another user.
        case otherUser
        /// It is a token without a user name, and the host has no usual one.
        case noUsername
    }

    /// How well a candidate fits. Literal hosts come before wildcards, longer paths before shorter
    /// ones, nearer scopes before outer ones, the more recently stored before the rest.
    public struct Rank: Hashable, Comparable, Sendable {
        /// Whether the host is spelled out.
        public let isLiteralHost: Bool
        /// Segments of the path that fit; -1 for a login at a path when no path was asked for.
        public let pathDepth: Int
        /// Labels of the host that are spelled out.
        public let literalLabels: Int
        /// Depth of the scope.
        public let scopeDepth: Int
        /// When it was stored, compared with others.
        public let currency: UInt64

        /// Whether the right one answers before the left one.
        public static func < (left: Self, right: Self) -> Bool {
            if left.isLiteralHost != right.isLiteralHost { return right.isLiteralHost }
            if left.pathDepth != right.pathDepth { return left.pathDepth < right.pathDepth }
            if left.literalLabels != right.literalLabels {
                return left.literalLabels < right.literalLabels
            }
            if left.scopeDepth != right.scopeDepth { return left.scopeDepth < right.scopeDepth }
            return left.currency < right.currency
        }
    }

    /// Picks the candidate that answers the query.
    public static func resolve(_ query: Query, among candidates: [Candidate]) -> Resolution {
        var best: (rank: Rank, candidate: Candidate)?
        for candidate in candidates {
            guard case .fits(let rank) = verdict(on: candidate, for: query) else { continue }
            guard let current = best else {
                best = (rank, candidate)
                continue
            }
            let isBetter =
                current.rank == rank ? precedes(current.candidate, candidate) : current.rank < rank
            if isBetter { best = (rank, candidate) }
        }
        guard let winner = best?.candidate else { return .nothing }
        let isSuspended =
            query.wireProtocol == .git && winner.binding.suspendedUntil > query.now
        return isSuspended ? .suspended(winner) : .answer(winner)
    }

    /// Between equals the id decides, so that the answer never depends on an order; between
    /// bindings of one credential the one that is suspended for longer, then their addresses.
    private static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        if left.id != right.id { return left.id < right.id }
        let (one, other) = (left.binding, right.binding)
        return one.suspendedUntil == other.suspendedUntil
            ? one.pattern.address.bytes.lexicographicallyPrecedes(other.pattern.address.bytes)
            : one.suspendedUntil < other.suspendedUntil
    }

    /// Judges one candidate.
    public static func verdict(on candidate: Candidate, for query: Query) -> Verdict {
        let pattern = candidate.binding.pattern
        let asked = query.address
        guard candidate.binding.wireProtocol == query.wireProtocol else { return .otherProtocol }
        let isServedHeader = query.wireProtocol == .git && query.acceptsHeader
        guard candidate.kind.answers(query.wireProtocol),
            candidate.authtype == nil || isServedHeader
        else { return .kindNotServed }
        guard pattern.matches(host: asked.host) else { return .otherHost }
        guard pattern.address.scheme == asked.scheme else { return .otherScheme }
        guard pattern.address.port == asked.port else { return .otherPort }
        guard let pathDepth = pathDepth(of: candidate, for: query) else { return .otherPath }
        guard candidate.scope.encloses(query.scope) else { return .otherScope }
        if let requested = query.username, requested != candidate.ownUsername {
            // A seeded token without a user name is anybody's; a login without one is nobody's.
            guard candidate.ownUsername == nil, !candidate.origin.isLogin else { return .otherUser }
        }
        guard candidate.answeredUsername(for: query) != nil || candidate.authtype != nil else {
            return .noUsername
        }
        return .fits(
            Rank(
                isLiteralHost: !pattern.isWildcard, pathDepth: pathDepth,
                literalLabels: pattern.literalLabelCount, scopeDepth: candidate.scope.depth,
                currency: candidate.currency))
    }

    /// How many segments of the candidate's path fit, or nil when it is for another path.
    private static func pathDepth(of candidate: Candidate, for query: Query) -> Int? {
        let stored = candidate.binding.pattern.address.path
        let asked = query.address.path
        if stored == asked { return AddressPath.segmentCount(stored) }
        if candidate.origin == .git, query.wireProtocol == .git {
            // git's own helpers: a login without a path answers no path, one with a path answers
            // a request that names none.
            return asked.isEmpty ? -1 : nil
        }
        guard !query.address.answersOnlyExactly, AddressPath.isPrefix(stored, of: asked) else {
            return nil
        }
        return AddressPath.segmentCount(stored)
    }
}
