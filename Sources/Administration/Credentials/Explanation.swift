import Configuration
import CredentialCore
import SealedFile
import Tokens

/// Why an address is answered the way it is.
struct Explanation: Encodable {
    struct Other: Encodable {
        let name: String
        let binding: String
        let reason: String
    }

    let `protocol`: String
    let address: String
    /// What git asks for in the address's place, where it leaves the path out.
    let asked: String?
    let scope: String?
    let answer: String?
    /// What the token that answers is minted from.
    let mintedFrom: String?
    let token: TokenReport?
    let username: String?
    let binding: String?
    let store: String?
    /// Whether the client is told that the store is locked, and gets no secret.
    let locked: Bool
    let reason: String
    let others: [Other]
    let otherHosts: Int
    /// What would make something answer, where nothing does.
    let offers: [Offer]?

    /// - Parameter named: the address that is asked about, where git leaves a part of it out of
    ///   the query.
    init(
        _ query: Query, _ session: AdminSession, for named: Address? = nil, showingAll: Bool
    ) throws(CredentialError) {
        let named = named ?? query.address
        let own = try session.open()
        let holding = try Holding.answering(query, own, session)
        let (file, candidates) = (holding.file, holding.candidates)
        let edit = { (name: String) in
            (file?.location ?? session.location).command("edit \(name)")
        }
        `protocol` = query.wireProtocol.name
        address = named.text
        asked = named == query.address ? nil : query.address.text
        scope = query.scope.isNone ? nil : query.scope.text
        let winner: Candidate?
        var order: TokenOrder?
        switch holding.finding {
        case .minted(let found, let key):
            order = found
            winner = key
            answer = key?.name
            reason =
                key.map { Self.reason(for: $0, query, named) }
                ?? "no credential answers for this address, and it is a registry whose tokens are "
                + "minted (\(found.registry.text))"
        case .unclear(let error):
            winner = nil
            answer = nil
            reason = error.message
        case .answer(let candidate):
            winner = candidate
            let stored = holding.credentials.first { $0.id == candidate.id }
            let isExpired = candidate.isExpired(at: query.now)
            let isRenewed = query.wireProtocol == .git && stored?.isRenewed == true
            answer = isExpired && !isRenewed ? nil : candidate.name
            let why = Self.reason(for: candidate, query, named)
            reason =
                switch (isExpired, isRenewed) {
                case (false, _): why
                case (true, true): "\(why); it has expired, and is renewed when git next asks"
                case (true, false):
                    "\(candidate.name) would answer, but has expired; renew it with "
                        + "`\(stored?.loginCommand ?? edit(candidate.name))`"
                }
        case .suspended(let candidate):
            winner = candidate
            answer = nil
            reason =
                "\(candidate.name) would answer, but the host refused its secret; git gets no "
                + "answer until \(Moment.text(candidate.binding.suspendedUntil)) or "
                + "`\(edit(candidate.name))`"
        case .nothing:
            winner = nil
            answer = nil
            reason = "no credential is for this address" + Self.asking(query, session)
        }
        mintedFrom = order?.source.text
        token = order.map {
            TokenReport($0, session.cachedEntry(of: $0, beside: own), session)
        }
        username = (order == nil ? winner : nil)?.answeredUsername(for: query)
            .map { String(decoding: $0, as: UTF8.self) }
        binding = winner?.binding.text
        store = file?.location.isMachines == true ? Holding.machine : winner?.store.name
        locked = winner?.store == .file ? try file?.isLocked() ?? false : false
        let offers = holding.finding.isNothing ? Offer.offers(query, holding.credentials) : []
        self.offers = offers.isEmpty ? nil : offers
        let rest = candidates.filter { $0 != winner }
        let near = rest.filter { $0.binding.pattern.matches(host: query.address.host) }
        let shown = showingAll ? rest : near
        otherHosts = rest.count - shown.count
        others = shown.map { candidate in
            Other(
                name: candidate.name, binding: candidate.binding.text,
                reason: order != nil && candidate.origin.isLogin
                    && candidate.isExpired(at: query.now)
                    ? "this login has expired" : Self.reasonAgainst(candidate, query, named, winner)
            )
        }
    }

    var lines: [String] {
        let place = scope.map { "in the scope \($0)" } ?? "outside any scope"
        var lines = ["\(`protocol`) \(address), \(place)"]
        if let asked {
            lines.append("  git asks for \(asked) alone: credential.useHttpPath is not set")
        }
        if let mintedFrom, let token {
            lines.append("  answer: a token, minted from \(mintedFrom)")
            lines.append("  because: \(reason)")
            let identity = token.identity.map { "from \($0), " } ?? ""
            lines.append("  token: \(identity)\(token.state)")
            if let attention = token.attention, token.identity != nil {
                lines.append("  but: \(attention)")
            }
            if locked { lines.append("  but: the store is locked; see `keyfob status`") }
        } else if let answer {
            let user = username.map { " as \($0)" } ?? ""
            let source =
                store == Holding.machine ? "the machine's store" : "the store \(store ?? "")"
            lines.append("  answer: \(answer)\(user), from \(source)")
            lines.append("  because: \(reason)")
            if locked { lines.append("  but: the store is locked; see `keyfob status`") }
        } else {
            lines.append("  answer: none")
            lines.append("  because: \(reason)")
        }
        for offer in offers ?? [] { lines.append("  try: \(offer.command)  (\(offer.note))") }
        for other in others {
            lines.append("  not \(other.name) (\(other.binding)): \(other.reason)")
        }
        if otherHosts > 0 {
            let bindings = otherHosts == 1 ? "1 binding" : "\(otherHosts) bindings"
            lines.append("  and \(bindings) for other hosts; see them with `--all`")
        }
        return lines.map { Printable.text($0) }
    }

    /// What happens in git where nothing is stored, if that is not git's own affair.
    private static func asking(_ query: Query, _ session: AdminSession) -> String {
        guard query.wireProtocol == .git else { return "" }
        switch session.configuration.prompt.mode(at: query.address) {
        case .off: return ""
        case .ask: return "; Keyfob asks for a login (mode ask)"
        case .oauth: return "; Keyfob logs in with a browser (mode oauth)"
        }
    }

    private static func reason(
        for candidate: Candidate, _ query: Query, _ named: Address
    ) -> String {
        let pattern = candidate.binding.pattern
        var reasons: [String] = []
        if pattern.isWildcard {
            reasons.append("the wildcard \(pattern.text) matches")
        } else if query.address.path.isEmpty, !pattern.address.path.isEmpty {
            reasons.append("it is a login for \(pattern.text), and git names no path")
        } else if pattern.address == named {
            reasons.append("it is bound to exactly this address")
        } else {
            reasons.append("it is bound to \(pattern.text), which encloses it")
        }
        if !candidate.scope.isNone {
            reasons.append("the scope \(candidate.scope.text) is the nearest")
        }
        return reasons.joined(separator: ", and ")
    }

    private static func reasonAgainst(
        _ candidate: Candidate, _ query: Query, _ named: Address, _ winner: Candidate?
    ) -> String {
        let pattern = candidate.binding.pattern.address
        switch Resolver.verdict(on: candidate, for: query) {
        case .otherProtocol: return "only for \(candidate.binding.wireProtocol.name)"
        case .kindNotServed: return "a \(candidate.kind.name) is not served to this protocol"
        case .otherScheme:
            return "only for \(String(decoding: pattern.scheme, as: UTF8.self))"
        case .otherHost: return "for another host"
        case .otherPort: return "for another port"
        case .otherPath:
            var whole = query
            whole.address = named
            guard named != query.address,
                case .fits = Resolver.verdict(on: candidate, for: whole)
            else { return "for another path" }
            return "git does not name its path"
        case .otherScope: return "only in the scope \(candidate.scope.text)"
        case .otherUser: return "for another user"
        case .noUsername: return "a token without a user name, and this host has no usual one"
        case .fits(let rank):
            guard let winner, case .fits(let best) = Resolver.verdict(on: winner, for: query) else {
                return "it would fit"
            }
            if rank.isLiteralHost != best.isLiteralHost {
                return "a wildcard, and a host is nearer"
            }
            if rank.pathDepth != best.pathDepth { return "its path is shorter" }
            if rank.literalLabels != best.literalLabels { return "its wildcard is wider" }
            if rank.scopeDepth != best.scopeDepth {
                return candidate.scope.isNone
                    ? "it has no scope, and one is nearer" : "its scope is farther"
            }
            return "stored less recently"
        }
    }
}

/// What an address is answered from.
enum Finding {
    case answer(Candidate)
    case suspended(Candidate)
    /// A token; from the access key, if it is a stored one.
    case minted(TokenOrder, Candidate?)
    /// Clients are told an error.
    case unclear(CredentialError)
    case nothing

    var isNothing: Bool { if case .nothing = self { true } else { false } }

    init(
        _ query: Query, _ credentials: [Credential], _ candidates: [Candidate],
        _ session: AdminSession
    ) throws(CredentialError) {
        guard query.wireProtocol == .registry else {
            self = Self(Resolver.resolve(query, among: candidates))
            return
        }
        do throws(CredentialError) {
            switch try session.registryAnswer(query, among: credentials) {
            case .stored(let candidate): self = .answer(candidate)
            case .nothing: self = .nothing
            case .minted(let order):
                guard case .credential(let id, _, _, _) = order.source,
                    case .answer(let key) = Resolver.resolve(
                        query, among: candidates.filter { $0.id == id })
                else {
                    self = .minted(order, nil)
                    return
                }
                self = .minted(order, key)
            }
        } catch  where error.code == .configuration {
            self = .unclear(error)
        }
    }

    private init(_ resolution: Resolver.Resolution) {
        switch resolution {
        case .answer(let candidate): self = .answer(candidate)
        case .suspended(let candidate): self = .suspended(candidate)
        case .nothing: self = .nothing
        }
    }
}
