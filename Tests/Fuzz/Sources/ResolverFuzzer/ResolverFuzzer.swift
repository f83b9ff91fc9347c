import CredentialCore
import Fuzzing

/// Which credential answers, among bindings that are close to each other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    var choices = FuzzedBytes(input(start, count))
    let query = choices.query()
    var candidates: [Candidate] = []
    for number in 0..<6 as Range<UInt8> where !choices.isEmpty {
        candidates += choices.credential(number)
    }
    let winner = Answer(Resolver.resolve(query, among: candidates))

    checkOrder(of: candidates, query, winner)
    checkMerit(of: winner, query, candidates)
    return 0
}

/// A resolution as a value that can be compared.
private enum Answer: Equatable {
    case nothing
    case answer(Candidate)
    case suspended(Candidate)

    init(_ resolution: Resolver.Resolution) {
        switch resolution {
        case .nothing: self = .nothing
        case .answer(let candidate): self = .answer(candidate)
        case .suspended(let candidate): self = .suspended(candidate)
        }
    }

    var candidate: Candidate? {
        switch self {
        case .nothing: nil
        case .answer(let candidate), .suspended(let candidate): candidate
        }
    }

    /// What a client can see of it: whose secret it is given, or that it is given none. Two equal
    /// bindings of one credential differ in nothing that a client sees.
    var visible: [UInt8] {
        switch self {
        case .nothing: []
        case .answer(let candidate): [1] + candidate.id.bytes
        case .suspended(let candidate): [2] + candidate.id.bytes
        }
    }
}

/// The answer depends on what is stored, not on the order it is read in.
private func checkOrder(of candidates: [Candidate], _ query: Query, _ winner: Answer) {
    for shift in candidates.indices {
        let turned = Array(candidates[shift...] + candidates[..<shift])
        let forward = Answer(Resolver.resolve(query, among: turned))
        let backward = Answer(Resolver.resolve(query, among: turned.reversed()))
        law("no order matters", forward.visible == winner.visible)
        law("no order matters backward", backward.visible == winner.visible)
    }
}

private func checkMerit(of winner: Answer, _ query: Query, _ candidates: [Candidate]) {
    let fitting = candidates.filter {
        if case .fits = Resolver.verdict(on: $0, for: query) { true } else { false }
    }
    guard let candidate = winner.candidate else {
        law("what fits answers", fitting.isEmpty)
        return
    }
    law("what answers fits", fitting.contains(candidate))
    let alone = Answer(Resolver.resolve(query, among: fitting))
    law("what does not fit changes nothing", alone.visible == winner.visible)
    let pattern = candidate.binding.pattern
    law("clients get what is theirs", candidate.binding.wireProtocol == query.wireProtocol)
    law("http gets no secret of https", pattern.address.scheme == query.address.scheme)
    law("hosts are hosts", pattern.matches(host: query.address.host))
    law("ports are ports", pattern.address.port == query.address.port)
    law("scopes hold", candidate.scope.encloses(query.scope))
    if let requested = query.username {
        law("no user gets another's", candidate.answeredUsername(for: query) == requested)
    }
    if case .suspended = winner {
        law("registries are never suspended", query.wireProtocol == .git)
        law("a suspension ends", candidate.binding.suspendedUntil > query.now)
    }
    if !pattern.isWildcard { return }
    law("what is spelled out comes first", !fitting.contains { !$0.binding.pattern.isWildcard })
}

extension FuzzedBytes {
    private static let hosts = [
        "a.eu.example.com", "b.eu.example.com", "*.eu.example.com", "a.*.example.com",
        "*.*.example.com", "ghcr.io", "docker.io", "localhost",
    ]
    private static let paths = ["", "/acme", "/acme/app", "/acme/app/x", "/v1/access-token"]
    private static let scopes = ["", "acme", "acme/pay", "acme/pay/prod", "other"]
    private static let usernames: [[UInt8]?] = [nil, [], Array("alice".utf8), Array("bob".utf8)]

    fileprivate mutating func query() -> Query {
        let wireProtocol = pick(WireProtocol.allCases)
        return Query(
            wireProtocol, pattern(for: wireProtocol).address, scope: scope(),
            username: pick(Self.usernames), now: 100)
    }

    /// The bindings of one credential.
    fileprivate mutating func credential(_ number: UInt8) -> [Candidate] {
        var credential = Credential(
            id: lawful(
                "sixteen bytes are an id", CredentialID(.init(repeating: number, count: 16))),
            name: "name", kind: pick(Kind.allCases), origin: pick(Origin.allCases), store: .file,
            createdAt: 0, createdBy: "")
        let numbers = byte()
        credential.currency = UInt64(numbers & 3)
        credential.authtype = numbers & 0x0C == 0x0C ? Array("Bearer".utf8) : nil
        credential.username = pick(Self.usernames)
        credential.scope = scope()
        for _ in 0...(numbers >> 6) {
            let wireProtocol = pick(WireProtocol.allCases)
            let pattern = pattern(for: wireProtocol)
            credential.bindings.append(
                Binding(wireProtocol, pattern, suspendedUntil: pick([0, 99, 200])))
        }
        return credential.bindings.map { Candidate(credential, $0) }
    }

    private mutating func scope() -> Scope {
        let text = pick(Self.scopes)
        return lawful("the scope is one", try Scope(text.utf8))
    }

    private mutating func pattern(for wireProtocol: WireProtocol) -> AddressPattern {
        let numbers = byte()
        let scheme = numbers & 0x0C == 0x0C ? "http://" : ""
        let port = numbers & 0x30 == 0x30 ? ":8080" : ""
        let text = scheme + pick(Self.hosts) + port + pick(Self.paths)
        return lawful("the pattern is one", try AddressPattern(Array(text.utf8), for: wireProtocol))
    }
}
