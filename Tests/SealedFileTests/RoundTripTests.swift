import CredentialCore
import SealedFile
import Testing

@Suite struct RoundTripTests {
    @Test func `every field of a credential comes back`() throws {
        let home = try Home()
        var full = Credential(
            id: Draft.newID(), name: "full", kind: .token, origin: .imported, store: .file,
            createdAt: -5, createdBy: "somebody, \u{E9}")
        full.version = 7
        full.updatedAt = .max
        full.currency = 1 << 62
        full.username = []
        full.description = "words\nand \u{1F511}"
        full.scope = try Scope("acme/payments/prod".utf8)
        full.expiresAt = 1
        full.rotateAfter = 2
        full.authtype = Array("Bearer".utf8)
        full.locator = [0, 1, 255]
        full.replacedFingerprint = [UInt8](repeating: 9, count: 32)
        full.settings = [.init(name: "role", value: "x"), .init(name: "role", value: "")]
        full.bindings = [
            Binding(.git, try pattern("https://git.example:8443/a b/\u{E9}"), suspendedUntil: 99),
            Binding(.registry, try pattern("*.reg.example")),
            Binding(.registry, try pattern("[::1]:5000")),
        ]
        let bare = Credential(
            id: Draft.newID(), name: "bare", kind: .secret, origin: .admin, store: .file,
            createdAt: 0, createdBy: "")
        let all = [full, bare]
        var fields = SecretFields(.token, primary: Secret("token"))
        fields["refreshToken"] = Secret(copying: [0, 10, 13, 255])
        fields["empty"] = Secret("")
        let stored = fields
        try SealedFile.update(home.location, now: Home.now) { (draft) throws(CredentialError) in
            for credential in all { try draft.add(credential, stored) }
            return .changed
        }
        let file = try home.open()
        #expect(try file.credentials() == all.sorted { $0.id < $1.id })
        for credential in all {
            let fields = try file.fields(of: credential)
            #expect(fields.matches(stored))
            #expect(fields.fields.map(\.name) == ["token", "refreshToken", "empty"])
        }
        #expect(SealedFile.check(home.location).isEmpty)
    }

    private func pattern(_ text: String) throws -> AddressPattern {
        try AddressPattern(Array(text.utf8), for: .git)
    }

    @Test func `a thousand credentials come back, each for its own address`() throws {
        let home = try Home()
        let credentials = try (0..<1000).map { index in
            // Some hosts have several paths, and some bindings are wildcards.
            try login(
                "n\(index)",
                index % 100 == 99
                    ? "registry:*.w\(index).example" : "registry:h\(index / 3).example/p\(index)")
        }
        try SealedFile.update(home.location, now: Home.now) { (draft) throws(CredentialError) in
            for credential in credentials {
                try draft.add(
                    credential, SecretFields(.password, primary: Secret("s-\(credential.name)")))
            }
            return .changed
        }
        let file = try home.open()
        #expect(file.credentialCount == 1000)
        #expect(try file.credentials() == credentials.sorted { $0.id < $1.id })
        let wildcardCount = 10
        for credential in credentials {
            var address = credential.bindings[0].pattern.address
            if credential.bindings[0].pattern.isWildcard {
                let host = Array("any".utf8) + address.host.dropFirst()
                address = try Address(registry: host)
            }
            let candidates = try file.candidates(for: address, asking: .registry)
            #expect(candidates.count <= wildcardCount + 1)
            let query = Query(.registry, address, now: Home.now)
            guard case .answer(let answer) = Resolver.resolve(query, among: candidates) else {
                Issue.record("\(credential.name) does not answer")
                continue
            }
            #expect(answer.id == credential.id)
            let secret = try file.fields(of: answer).primary?.bytes
            #expect(secret == Array("s-\(credential.name)".utf8))
        }
        #expect(SealedFile.check(home.location).isEmpty)
    }

    @Test func `the file's length tells four binary digits of its size and no more`() throws {
        let home = try Home()
        var lengths: [Int] = []
        for size in [1, 2, 100, 1000, 3000, 10_000, 100_000] {
            try home.add(
                "n\(size)", "registry:h.example/\(size)",
                secret: String(repeating: "x", count: size))
            lengths.append(try #require(home.bytes(home.sealed)).count)
        }
        #expect(lengths[0] == 4096)
        #expect(lengths[1] == 4096)
        #expect(lengths == lengths.sorted())
        #expect(Set(lengths).count > 3)
        for length in lengths {
            let digits = String(length, radix: 2)
            #expect(!digits.dropFirst(4).contains("1"), "\(length)")
        }
    }

    @Test func `a fingerprint is of id, user and secret, and the same every time`() throws {
        let home = try Home()
        let one = try home.add("a", "registry:a.example", secret: "hunter2")
        func fingerprint(
            _ credential: Credential, _ user: String?, _ secret: String
        ) throws -> [UInt8] {
            var made: [UInt8] = []
            try SealedFile.update(home.location, now: Home.now) { (draft) throws(CredentialError) in
                made = try draft.fingerprint(
                    of: credential, username: user.map { Array($0.utf8) }, secret: Secret(secret))
                return .unchanged
            }
            return made
        }
        let first = try fingerprint(one, "robot", "hunter2")
        #expect(first.count == 32)
        #expect(try fingerprint(one, "robot", "hunter2") == first)
        #expect(try fingerprint(one, "robot", "hunter3") != first)
        #expect(try fingerprint(one, "roboth", "unter2") != first)
        let other = try login("b", "registry:a.example")
        #expect(try fingerprint(other, "robot", "hunter2") != first)
    }
}
