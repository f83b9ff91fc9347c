import CredentialCore
import Testing

@Suite struct TokenShapeTests {
    /// A host, what is a token or may be one there, and what is an account's own password.
    struct Row: Sendable, CustomTestStringConvertible {
        let host: String
        let tokens: [(username: String?, secret: String)]
        let passwords: [(username: String?, secret: String)]
        var testDescription: String { host }
    }

    private static let hex40 = String(repeating: "0123456789abcdef", count: 3).prefix(40)
    private static let word64 = String(repeating: "ABCDEFGH12345678", count: 4)

    private static let rows = [
        Row(
            host: "ghcr.io",
            tokens: [
                ("alice", "ghp_x"), ("alice", "github_pat_x"), (nil, "ghs_x"),
                ("alice", "\(hex40)"), ("alice", "eyJhbGciOiJIUzI1NiJ9.e30.x"),
            ],
            passwords: [
                ("alice", "hunter2"), (nil, "hunter2"), ("alice", "GHP_x"), ("alice", "xghp_x"),
                ("alice", "\(hex40)0"), ("alice", ""),
            ]),
        Row(
            host: "github.com", tokens: [("alice", "gho_x"), ("x-access-token", "\(hex40)")],
            passwords: [("alice", "hunter2"), ("x-access-token", "hunter2")]),
        Row(
            host: "index.docker.io",
            tokens: [
                ("alice", "dckr_pat_x"), ("acme", "dckr_oat_x"),
                ("alice", "12345678-90ab-cdef-1234-567890abcdef"), ("<token>", "anything"),
            ],
            passwords: [("alice", "dckr_x"), ("alice", "hunter2")]),
        Row(
            host: "registry.gitlab.com",
            tokens: [
                ("alice", "glpat-x"), ("gitlab+deploy-token-7", "anything"),
                ("gitlab-ci-token", "anything"), ("alice", "abcdefghij_KLMNOP-12"),
            ],
            passwords: [("alice", "abcdefghij KLMNOP-12"), ("gitlab", "hunter2")]),
        Row(
            host: "bitbucket.org",
            tokens: [("alice", "ATBBx"), ("x-token-auth", "anything"), ("alice", "ATATTx")],
            passwords: [("alice", "hunter2")]),
        Row(
            host: "codeberg.org", tokens: [("alice", "\(hex40)")],
            passwords: [("alice", "hunter2")]),
        Row(
            host: "quay.io",
            tokens: [
                ("acme+bot", "anything"), ("$oauthtoken", "anything"), ("$app", "anything"),
                ("alice", word64),
            ],
            passwords: [("alice", "hunter2")]),
        Row(
            host: "acme.jfrog.io",
            tokens: [("alice", "cmVmdGtuOjAx"), ("alice", "eyJ2ZXIi.e.s"), ("alice", "AKCpx")],
            passwords: [("alice", "hunter2")]),
        // Hosts without tokens of a known shape, and hosts that nobody knows.
        Row(
            host: "acme.azurecr.io", tokens: [("acme", "hunter2"), (nil, "hunter2")], passwords: []),
        Row(host: "ghcr.io.example.com", tokens: [("alice", "hunter2")], passwords: []),
    ]

    @Test(arguments: rows) func tokensAreToldFromPasswords(_ row: Row) {
        for (username, secret) in row.tokens {
            #expect(!isPassword(secret, username, row.host), "\(username ?? "nobody"): \(secret)")
        }
        for (username, secret) in row.passwords {
            #expect(isPassword(secret, username, row.host), "\(username ?? "nobody"): \(secret)")
        }
    }

    @Test func aPrefixNamesItsHosts() {
        #expect(TokenShape.shown(by: Secret("ghp_x"))?.families == ["github", "ghcr"])
        #expect(TokenShape.shown(by: Secret("glpat-x"))?.families == ["gitlab"])
        #expect(TokenShape.shown(by: Secret("eyJ.e.s")) == nil)
        #expect(TokenShape.shown(by: Secret("hunter2")) == nil)
    }

    @Test func everyShapeIsOfAKnownFamily() {
        let known = Set(RegistryFamily.all.map(\.name))
        for text in ["ghp_x", "dckr_pat_x", "glpat-x", "ATATTx", "cmVmdx"] {
            for family in TokenShape.shown(by: Secret(text))?.families ?? ["none"] {
                #expect(known.contains(family))
                #expect(
                    TokenShape.isAccountPassword(Secret("x"), username: nil, family: family))
            }
        }
        #expect(!TokenShape.isAccountPassword(Secret("x"), username: nil, family: "harbor"))
    }

    @Test func theMarkIsSetOnceAndTakenAway() throws {
        var credential = Credential(
            id: try id(of: "a"), name: "a", kind: .password, origin: .admin, store: .file,
            createdAt: 0, createdBy: "")
        credential.settings = [Credential.Setting(name: "region", value: "eu-west-1")]
        let before = credential
        credential.mark(asAccountPassword: true)
        credential.mark(asAccountPassword: true)
        #expect(credential.isAccountPassword)
        #expect(credential.settings.map(\.name) == ["form", "region"])
        credential.mark(asAccountPassword: false)
        #expect(!credential.isAccountPassword)
        #expect(credential == before)
    }

    private func isPassword(_ secret: String, _ username: String?, _ host: String) -> Bool {
        TokenShape.isAccountPassword(
            Secret(secret), username: username.map { Array($0.utf8) }, host: Array(host.utf8))
    }
}
