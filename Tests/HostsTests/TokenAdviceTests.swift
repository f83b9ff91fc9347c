import CredentialCore
import Hosts
import Testing

@Suite struct TokenAdviceTests {
    private func advice(
        _ address: String, _ provider: String? = nil, _ wireProtocol: WireProtocol = .git
    ) throws -> TokenAdvice {
        TokenAdvice(wireProtocol, try Address(git: Array(address.utf8)), provider: provider)
    }

    @Test(arguments: [
        ("github.com/acme/app.git", nil, "https://github.com/settings/tokens/new?scopes=repo"),
        ("gist.github.com", nil, "https://github.com/settings/tokens/new?scopes=gist"),
        ("ghe.example.com", "github", "https://ghe.example.com/settings/tokens/new?scopes=repo"),
        (
            "gitlab.com", nil,
            "https://gitlab.com/-/user_settings/personal_access_tokens?name=Keyfob&scopes="
                + "read_repository,write_repository"
        ),
        (
            "http://localhost:3000", "gitlab",
            "http://localhost:3000/-/user_settings/personal_access_tokens?"
        ),
        ("codeberg.org", nil, "https://codeberg.org/user/settings/applications"),
        ("git.example.com", "forgejo", "https://git.example.com/user/settings/applications"),
        ("bitbucket.org", nil, "https://id.atlassian.com/manage-profile/security/api-tokens"),
        ("dev.azure.com/acme/p/_git/r", nil, "https://dev.azure.com/acme/_usersSettings/tokens"),
        ("dev.azure.com", nil, "https://dev.azure.com/ORGANISATION/_usersSettings/tokens"),
        ("acme.visualstudio.com", nil, "https://acme.visualstudio.com/_usersSettings/tokens"),
    ])
    func everyServiceHasAPage(address: String, provider: String?, page: String) throws {
        let advice = try advice(address, provider)
        #expect(advice.pages.contains { $0.hasPrefix(page) })
        #expect(advice.lines(asksName: true).contains { $0.contains(page) })
        #expect(!advice.permissions.isEmpty)
    }

    @Test func whatIsUnknownHasWordsAndNoPage() throws {
        let advice = try advice("git.example.com")
        #expect(advice.pages.isEmpty)
        #expect(
            advice.lines(asksName: true) == [
                "This host takes your password, or better a token.",
                "  permissions  of a token: to read, or to read and write to push",
                "  user name    your login there",
            ])
        #expect(advice.lines(asksName: false).count == 2)
    }

    @Test func aRegistrysGuideIsItsOwn() throws {
        #expect(try advice("ghcr.io", nil, .registry).guide.name == "ghcr")
        #expect(try advice("r.example.com", nil, .registry).guide.name == "generic")
        let (git, registry) = (try advice("gitlab.com"), try advice("gitlab.com", nil, .registry))
        #expect(registry.permissions.contains("read_registry"))
        #expect(!git.permissions.contains("registry"))
    }

    @Test(
        arguments: [
            ("github.com", "ghp_x", nil, "x-access-token"),
            ("github.com", "ghp_x", "alice", "alice"),
            ("gitlab.com", "glpat-x", nil, "oauth2"), ("gitlab.com", "gldt-x", "alice", nil),
            ("codeberg.org", "x", "alice", "alice"),
            ("bitbucket.org", "ATCTTx", "alice", "x-token-auth"),
            ("bitbucket.org", "ATATTx", "alice", "x-bitbucket-api-token-auth"),
            ("dev.azure.com", "x", nil, "PersonalAccessToken"),
            ("git.example.com", "x", "alice", nil),
        ] as [(String, String, String?, String?)])
    func aTokenMayDoWithoutAUserName(
        host: String, secret: String, account: String?, username: String?
    ) throws {
        let secret = Secret(copying: Array(secret.utf8))
        #expect(try advice(host).username(for: secret, of: account) == username)
    }

    @Test func aRegistrysUsualUserNameIsItsFamilys() throws {
        let secret = Secret(copying: Array("x".utf8))
        #expect(
            try advice("ghcr.io", nil, .registry).username(for: secret, of: nil) == "x-access-token"
        )
        #expect(try advice("r.example.com", nil, .registry).username(for: secret, of: nil) == nil)
    }
}
