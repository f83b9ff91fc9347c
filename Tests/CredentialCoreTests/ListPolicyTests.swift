import CredentialCore
import Testing

@Suite struct ListPolicyTests {
    /// Two credentials that differ in one thing: the first is listed, the second is not.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let listed: Stored
        let hidden: Stored

        init(_ reason: String, listed: Stored, hidden: Stored) {
            testDescription = reason
            self.listed = listed
            self.hidden = hidden
        }
    }

    @Test(arguments: [
        Row(
            "git's logins are not docker's to see",
            listed: Stored("a", "registry:h.example", origin: .docker),
            hidden: Stored("a", "git:h.example", origin: .git)),
        Row(
            "an administrator's binding is shown to the protocol it is for",
            listed: Stored("a", "registry:h.example"), hidden: Stored("a", "git:h.example")),
        Row(
            "a wildcard is no key that could be asked for",
            listed: Stored("a", "registry:a.h.example", origin: .imported),
            hidden: Stored("a", "registry:*.h.example", origin: .imported)),
        Row(
            "what would have to be minted may fail, and one failure breaks docker's build",
            listed: Stored("a", "registry:h.example", kind: .token),
            hidden: Stored("a", "registry:h.example", kind: .accessKey)),
        Row(
            "what no registry client can use is not shown",
            listed: Stored("a", "registry:h.example", kind: .serviceAccount),
            hidden: Stored("a", "registry:h.example", kind: .sshKey)),
        Row(
            "what has expired would be an error",
            listed: Stored("a", "registry:h.example", expiresAt: Ask.now + 1),
            hidden: Stored("a", "registry:h.example", expiresAt: Ask.now)),
        Row(
            "only what the scope in effect sees is shown",
            listed: Stored("a", "registry:h.example", scope: "acme"),
            hidden: Stored("a", "registry:h.example", scope: "other")),
        Row(
            "a scope under the one in effect is not seen",
            listed: Stored("a", "registry:h.example"),
            hidden: Stored("a", "registry:h.example", scope: "acme/dev")),
    ])
    func `docker is shown what it would be answered with at once`(row: Row) throws {
        let scope = try Scope("acme".utf8)
        let listed = try row.listed.candidate()
        let hidden = try row.hidden.candidate()
        #expect(ChangePolicy.isListed(listed, in: scope, now: Ask.now))
        #expect(!ChangePolicy.isListed(hidden, in: scope, now: Ask.now))
    }
}
