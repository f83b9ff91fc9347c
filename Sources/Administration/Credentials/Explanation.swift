import CredentialCore
import SealedFile

/// Why an address is answered the way it is.
struct Explanation: Encodable {
    struct Other: Encodable {
        let name: String
        let binding: String
        let reason: String
    }

    let `protocol`: String
    let address: String
    let scope: String?
    let answer: String?
    let username: String?
    let binding: String?
    let store: String?
    /// Whether the client is told that the store is locked, and gets no secret.
    let locked: Bool
    let reason: String
    let others: [Other]
    let otherHosts: Int

    init(
        _ query: Query, _ file: SealedFile?, showingAll: Bool
    ) throws(CredentialError) {
        let candidates = (try file?.credentials() ?? [])
            .sorted { $0.name < $1.name }
            .flatMap { credential in credential.bindings.map { Candidate(credential, $0) } }
        `protocol` = query.wireProtocol.name
        address = query.address.text
        scope = query.scope.isNone ? nil : query.scope.text
        let resolution = Resolver.resolve(query, among: candidates)
        let winner: Candidate?
        switch resolution {
        case .answer(let candidate):
            winner = candidate
            answer = candidate.isExpired(at: query.now) ? nil : candidate.name
            reason =
                candidate.isExpired(at: query.now)
                ? "\(candidate.name) would answer, but has expired; renew it with "
                    + "`keyfob edit \(candidate.name)`"
                : Self.reason(for: candidate, query)
        case .suspended(let candidate):
            winner = candidate
            answer = nil
            reason =
                "\(candidate.name) would answer, but the host refused its secret; git gets no answer "
                + "until \(Moment.text(candidate.binding.suspendedUntil)) or `keyfob edit "
                + "\(candidate.name)`"
        case .nothing:
            winner = nil
            answer = nil
            reason = "no credential is for this address"
        }
        username = winner?.answeredUsername(for: query)
            .map { String(decoding: $0, as: UTF8.self) }
        binding = winner?.binding.text
        store = winner?.store.name
        locked = winner?.store == .file ? try file?.isLocked() ?? false : false
        let rest = candidates.filter { $0 != winner }
        let near = rest.filter { $0.binding.pattern.matches(host: query.address.host) }
        let shown = showingAll ? rest : near
        otherHosts = rest.count - shown.count
        others = shown.map { candidate in
            Other(
                name: candidate.name, binding: candidate.binding.text,
                reason: Self.reasonAgainst(candidate, query, winner))
        }
    }

    var lines: [String] {
        let place = scope.map { "in the scope \($0)" } ?? "outside any scope"
        var lines = ["\(`protocol`) \(address), \(place)"]
        if let answer {
            let user = username.map { " as \($0)" } ?? ""
            lines.append("  answer: \(answer)\(user), from the store \(store ?? "")")
            lines.append("  because: \(reason)")
            if locked { lines.append("  but: the store is locked; see `keyfob status`") }
        } else {
            lines.append("  answer: none")
            lines.append("  because: \(reason)")
        }
        for other in others {
            lines.append("  not \(other.name) (\(other.binding)): \(other.reason)")
        }
        if otherHosts > 0 {
            let bindings = otherHosts == 1 ? "1 binding" : "\(otherHosts) bindings"
            lines.append("  and \(bindings) for other hosts; see them with `--all`")
        }
        return lines.map { Printable.text($0) }
    }

    private static func reason(for candidate: Candidate, _ query: Query) -> String {
        let pattern = candidate.binding.pattern
        var reasons: [String] = []
        if pattern.isWildcard {
            reasons.append("the wildcard \(pattern.text) matches")
        } else if pattern.address == query.address {
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
        _ candidate: Candidate, _ query: Query, _ winner: Candidate?
    ) -> String {
        let pattern = candidate.binding.pattern.address
        switch Resolver.verdict(on: candidate, for: query) {
        case .otherProtocol: return "only for \(candidate.binding.wireProtocol.name)"
        case .kindNotServed: return "a \(candidate.kind.name) is not served to this protocol"
        case .otherScheme:
            return "only for \(String(decoding: pattern.scheme, as: UTF8.self))"
        case .otherHost: return "for another host"
        case .otherPort: return "for another port"
        case .otherPath: return "for another path"
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
