import CredentialCore
import Testing

@Suite struct PropertyTests {
    private static let rounds = 10_000

    @Test func `a registry's address reads back from its own bytes and its own key`() throws {
        var generator = SeededGenerator(seed: 1)
        var parsed = 0
        for _ in 0..<Self.rounds {
            let bytes = generator.addressLikeBytes()
            guard let address = try? Address(registry: bytes) else { continue }
            parsed += 1
            #expect((try? Address(registry: address.bytes)) == address, "\(bytes)")
            #expect((try? Address(registry: address.registryKey)) == address, "\(bytes)")
        }
        #expect(parsed > Self.rounds / 20)
    }

    @Test func `a git address reads back from its own bytes`() throws {
        var generator = SeededGenerator(seed: 2)
        var parsed = 0
        for _ in 0..<Self.rounds {
            let bytes = generator.addressLikeBytes()
            guard let address = try? Address(git: bytes) else { continue }
            parsed += 1
            #expect((try? Address(git: address.bytes)) == address, "\(bytes)")
            let again = try Address(
                gitProtocol: address.scheme, host: address.authority, path: address.path)
            #expect(again == address, "\(bytes)")
        }
        #expect(parsed > Self.rounds / 20)
    }

    @Test func `git's own words read back from the address they make`() throws {
        var generator = SeededGenerator(seed: 3)
        var parsed = 0
        for _ in 0..<Self.rounds {
            let scheme = Array(
                ["https", "http", "HTTP"].randomElement(using: &generator)?.utf8 ?? "".utf8)
            let host = generator.addressLikeBytes()
            let path = generator.addressLikeBytes()
            guard let address = try? Address(gitProtocol: scheme, host: host, path: path) else {
                continue
            }
            parsed += 1
            #expect((try? Address(git: address.bytes)) == address, "\(host) \(path)")
        }
        #expect(parsed > Self.rounds / 100)
    }

    @Test func `a binding reads back from its own text`() throws {
        var generator = SeededGenerator(seed: 4)
        var parsed = 0
        for _ in 0..<Self.rounds {
            let prefix = ["registry:", "git:"].randomElement(using: &generator) ?? ""
            let bytes = Array(prefix.utf8) + generator.addressLikeBytes()
            guard let binding = try? Binding(parsing: bytes) else { continue }
            // A host that is not ASCII is shown with its odd characters escaped, and hosts have no
            // escapes.
            guard binding.pattern.address.host.allSatisfy({ $0 < 0x80 }) else { continue }
            parsed += 1
            #expect((try? Binding(parsing: Array(binding.text.utf8))) == binding, "\(bytes)")
        }
        #expect(parsed > Self.rounds / 20)
    }

    @Test func `no parser traps on any bytes`() {
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<Self.rounds {
            let length = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            refused += (try? Address(registry: bytes)) == nil ? 1 : 0
            _ = try? Address(git: bytes)
            _ = try? Address(gitProtocol: bytes, host: bytes, path: bytes)
            _ = try? AddressPattern(bytes, for: .registry)
            _ = try? Binding(parsing: bytes)
            _ = try? Scope(bytes)
            _ = RegistryFamily.family(ofHost: bytes)
            _ = Printable.text(bytes)
        }
        #expect(refused > 0 && refused < Self.rounds)
    }

    @Test func `the answer never depends on the order things are stored in`() throws {
        var generator = SeededGenerator(seed: 6)
        var answers = 0
        for round in 0..<3000 {
            let candidates = try ["one", "two", "three"].flatMap { name in
                try Self.credential(name, &generator)
            }
            let ask = Ask(
                "git:" + Self.pick(["b.x.git.example", "a.git.example"], &generator)
                    + Self.pick(["", "/acme", "/acme/app"], &generator),
                as: Self.pick([nil, "alice"], &generator),
                in: Self.pick(["", "s", "s/t"], &generator))
            let query = try ask.query()
            let expected = Self.outcome(Resolver.resolve(query, among: candidates))
            if expected.first != nil { answers += 1 }
            for _ in 0..<6 {
                let shuffled = candidates.shuffled(using: &generator)
                let outcome = Self.outcome(Resolver.resolve(query, among: shuffled))
                #expect(outcome == expected, "round \(round)")
            }
        }
        #expect(answers > 500)
    }

    private static func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value
    {
        values[Int.random(in: values.indices, using: &generator)]
    }

    /// A credential with several bindings, which differ only in their patterns and suspensions.
    private static func credential(
        _ name: String, _ generator: inout SeededGenerator
    ) throws -> [Candidate] {
        let origin = pick([Origin.admin, .git, .imported], &generator)
        let username = pick(["alice", "bob"], &generator)
        let scope = pick(["", "s", "s/t"], &generator)
        let currency = UInt64.random(in: 1...2, using: &generator)
        return try (0..<3).map { _ in
            let host = pick(
                ["b.x.git.example", "*.x.git.example", "b.*.git.example", "a.git.example"],
                &generator)
            return try Stored(
                name, "git:" + host + pick(["", "/acme", "/acme/app"], &generator), origin: origin,
                username: username, scope: scope, currency: currency,
                suspendedUntil: pick([0, .max], &generator)
            ).candidate()
        }
    }

    /// Which candidate it came to, down to its binding, and whether it may answer.
    private static func outcome(_ resolution: Resolver.Resolution) -> [Candidate] {
        switch resolution {
        case .answer(let candidate), .suspended(let candidate): [candidate]
        case .nothing: []
        }
    }
}
