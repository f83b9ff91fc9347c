import CredentialCore
import Testing

@Suite struct ResolverTests {
    @Test(
        arguments: [
            ResolutionRule.places, ResolutionRule.wildcards, ResolutionRule.scopes,
            ResolutionRule.users, ResolutionRule.uses,
        ].flatMap(\.self))
    func `a query is answered as the rule says, in whatever order things are stored`(
        rule: ResolutionRule
    ) throws {
        let candidates = try rule.stored.map { try $0.candidate() }
        for (ask, expected) in rule.outcomes {
            #expect(try ask.winner(among: candidates) == expected, "\(ask)")
            #expect(try ask.winner(among: candidates.reversed()) == expected, "\(ask), reversed")
        }
        #expect(Set(rule.outcomes.map(\.value)).count > 1, "a rule is shown with its opposite")
    }

    /// One candidate that fits in all but one thing.
    struct Judgement: Sendable, CustomTestStringConvertible {
        let stored: Stored
        let ask: Ask
        let verdict: Resolver.Verdict
        var testDescription: String { "\(stored.binding) for \(ask): \(verdict)" }

        init(_ stored: Stored, _ ask: Ask, _ verdict: Resolver.Verdict) {
            self.stored = stored
            self.ask = ask
            self.verdict = verdict
        }
    }

    @Test(arguments: [
        Judgement(Stored("a", "git:h.example"), "registry:h.example", .otherProtocol),
        Judgement(Stored("a", "git:h.example", kind: .hetzner), "git:h.example", .kindNotServed),
        Judgement(Stored("a", "git:h.example"), "git:i.example", .otherHost),
        Judgement(Stored("a", "git:h.example"), "git:http://h.example", .otherScheme),
        Judgement(Stored("a", "git:h.example"), "git:h.example:444", .otherPort),
        Judgement(Stored("a", "git:h.example/b"), "git:h.example/c", .otherPath),
        Judgement(Stored("a", "git:h.example", scope: "s"), "git:h.example", .otherScope),
        Judgement(Stored("a", "git:h.example"), Ask("git:h.example", as: "eve"), .otherUser),
        Judgement(
            Stored("a", "git:h.example", kind: .token, username: nil), "git:h.example",
            .noUsername),
    ])
    func `a candidate that does not answer says why`(row: Judgement) throws {
        #expect(
            Resolver.verdict(on: try row.stored.candidate(), for: try row.ask.query())
                == row.verdict)
        let fitting = try Stored("a", "git:h.example").candidate()
        guard case .fits = Resolver.verdict(on: fitting, for: try Ask("git:h.example").query())
        else {
            Issue.record("the control does not fit")
            return
        }
    }

    @Test(
        arguments: [
            ("oauth2", "git:gitlab.com", "oauth2"), (nil, "git:gitlab.com", "oauth2"),
            (nil, "git:github.com", "x-access-token"), (nil, "git:bitbucket.org", "x-token-auth"),
            (nil, "registry:ghcr.io", "x-access-token"), (nil, "registry:quay.io", "$oauthtoken"),
            ("me", "registry:ghcr.io", "me"), (nil, "git:git.example", nil),
            (nil, "registry:docker.io", nil),
        ] as [(String?, String, String?)])
    func `a token is answered with its own user name, else with the host's usual one`(
        stored: String?, text: String, expected: String?
    ) throws {
        let candidate = try Stored("token", text, kind: .token, username: stored).candidate()
        let answered = candidate.answeredUsername(for: try Ask(text).query())
        #expect(answered == expected.map { Array($0.utf8) })
        let asked = candidate.answeredUsername(for: try Ask(text, as: "alice").query())
        #expect(asked == Array((stored ?? "alice").utf8))
    }

    @Test func `a secret is expired from its last second on`() throws {
        let candidate = try Stored("a", "git:h.example", expiresAt: 100).candidate()
        #expect(!candidate.isExpired(at: 99))
        #expect(candidate.isExpired(at: 100))
        #expect(!(try Stored("b", "git:h.example").candidate()).isExpired(at: .max))
    }

    @Test func `between equals the id decides`() throws {
        let pair = [Stored("a", "git:h.example"), Stored("b", "git:h.example")]
        let candidates = try pair.map { try $0.candidate() }
        #expect(try Ask("git:h.example").winner(among: candidates) == "b")
        #expect(try Ask("git:h.example").winner(among: candidates.reversed()) == "b")
    }
}
