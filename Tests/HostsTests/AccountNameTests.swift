import Hosts
import Testing

@Suite struct AccountNameTests {
    @Test(arguments: [
        ("bob", "alice", CodeHost.github, true), ("bob", "Bob", .gitea, false),
        ("bob", "oauth2", .gitlab, false), ("bob", "X-Access-Token", .github, false),
        ("bob", "gitlab+deploy-token-7", .gitlab, false), ("bob", "b@acme.io", .bitbucket, false),
        ("bob", "alice", .generic, false), ("bob", "alice", .azure, false),
        ("6909025", "alice", .gitlab, false), ("6909025b", "alice", .gitlab, true),
    ])
    func aTokenIsToldFromTheUsersThatItIsStoredFor(
        account: String, username: String, host: CodeHost, isStrangers: Bool
    ) {
        #expect(
            AccountName.isStrangers(account, to: Array(username.utf8), at: host) == isStrangers)
    }
}
