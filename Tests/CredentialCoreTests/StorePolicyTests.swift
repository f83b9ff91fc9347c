import CredentialCore
import Testing

@Suite struct StorePolicyTests {
    /// A login that is there, a `store` that replaces it, and others that do not.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let stored: Stored
        let replaced: [Ask]
        let created: [Ask]

        init(_ reason: String, _ stored: Stored, replacedBy replaced: [Ask], not created: [Ask]) {
            testDescription = reason
            self.stored = stored
            self.replaced = replaced
            self.created = created
        }
    }

    @Test(arguments: [
        Row(
            "the same user at the same address",
            Stored("a", "registry:h.example", origin: .docker, username: "alice"),
            replacedBy: [
                Ask("registry:h.example", as: "alice"),
                Ask("registry:https://H.example/v2/", as: "alice"),
            ],
            not: [
                Ask("registry:h.example", as: "bob"), Ask("registry:i.example", as: "alice"),
                Ask("registry:h.example/acme", as: "alice"),
                Ask("registry:http://h.example", as: "alice"),
            ]),
        Row(
            "git's own login",
            Stored("a", "git:h.example/acme", origin: .git, username: "alice"),
            replacedBy: [Ask("git:h.example/acme", as: "alice")],
            not: [Ask("git:h.example", as: "alice"), Ask("registry:h.example/acme", as: "alice")]),
        Row(
            "in exactly the scope in effect",
            Stored("a", "git:h.example", origin: .git, username: "alice", scope: "acme"),
            replacedBy: [Ask("git:h.example", as: "alice", in: "acme")],
            not: [
                Ask("git:h.example", as: "alice", in: "acme/dev"),
                Ask("git:h.example", as: "alice"),
            ]),
        Row(
            "the empty user name is not the missing one",
            Stored("a", "git:h.example", origin: .git, username: ""),
            replacedBy: [Ask("git:h.example", as: "")], not: [Ask("git:h.example")]),
    ])
    func `a store replaces`(row: Row) throws {
        let candidates = [try row.stored.candidate()]
        for ask in row.replaced {
            #expect(try Self.logins(ask, candidates) == candidates, "\(ask)")
        }
        for ask in row.created {
            #expect(try Self.logins(ask, candidates).isEmpty, "\(ask)")
        }
        #expect(!row.replaced.isEmpty && !row.created.isEmpty)
    }

    @Test(arguments: [
        (Origin.admin, "git:h.example", false), (.imported, "git:h.example", false),
        (.git, "git:h.example", true),
    ])
    func `a store never replaces what an administrator seeded`(
        origin: Origin, binding: String, isReplaced: Bool
    ) throws {
        let stored = try Stored("a", binding, origin: origin).candidate()
        let logins = try Self.logins(Ask("git:h.example", as: "robot"), [stored])
        #expect(logins == (isReplaced ? [stored] : []))
    }

    @Test func `a header and a password of one user are two logins`() throws {
        let ask = Ask("git:h.example", as: "robot")
        let header = Stored("a", "git:h.example", origin: .git, kind: .token, authtype: "Bearer")
        let candidates = [try header.candidate()]
        #expect(try Self.logins(ask, isHeader: true, candidates) == candidates)
        #expect(try Self.logins(ask, isHeader: false, candidates).isEmpty)
    }

    private static func logins(
        _ ask: Ask, isHeader: Bool = false, _ candidates: [Candidate]
    ) throws -> [Candidate] {
        ChangePolicy.logins(
            of: ask.username.map { Array($0.utf8) }, isHeader: isHeader, try ask.query(),
            among: candidates)
    }
}
