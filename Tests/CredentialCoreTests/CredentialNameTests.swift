import CredentialCore
import Testing

@Suite struct CredentialNameTests {
    @Test(arguments: ["a", "9", "ghcr", "acme-prod_1.x", String(repeating: "a", count: 128)])
    func `a name of the allowed bytes is a name`(name: String) throws {
        try CredentialName.check(name)
    }

    @Test(arguments: [
        "", "-a", ".a", "_a", "A", "aB", "a b", "a/b", "a\u{E9}", "a\0", "a\n", "a:b", "a*",
        String(repeating: "a", count: 129),
    ])
    func `another name is refused`(name: String) {
        #expect(refusal(of: try CredentialName.check(name)) == .badRequest)
    }

    @Test(
        arguments: [
            ("registry:ghcr.io", "alice", [], "ghcr.io-alice"),
            ("registry:ghcr.io", nil, [], "ghcr.io"),
            ("registry:localhost:5000", "Bob", [], "localhost-5000-bob"),
            ("registry:ghcr.io", "alice", ["ghcr.io-alice"], "ghcr.io-alice-2"),
            ("registry:ghcr.io", "alice", ["ghcr.io-alice", "ghcr.io-alice-2"], "ghcr.io-alice-3"),
            ("registry:[::1]:5000", "<token>", [], "1--5000--token-"),
            ("registry:\u{E9}", nil, [], "login"),
        ] as [(Ask, String?, [String], String)])
    func `a login's name is a free name made of its host and user`(
        ask: Ask, username: String?, taken: [String], expected: String
    ) throws {
        let name = CredentialName.suggested(
            for: try ask.address(), username: username.map { Array($0.utf8) }, taken: taken.contains
        )
        #expect(name == expected)
        try CredentialName.check(name)
    }

    @Test func `a suggested name is a name whatever user and host are`() throws {
        let hosts = ["a", "\u{E9}.example", String(repeating: "a.", count: 120) + "a", "-x", "_"]
        for host in hosts {
            for byte in UInt8.min...UInt8.max {
                let username = [byte] + Array(repeating: byte, count: 300)
                try CredentialName.check(
                    CredentialName.suggested(for: try registry(host), username: username) { _ in
                        false
                    })
            }
        }
    }
}
