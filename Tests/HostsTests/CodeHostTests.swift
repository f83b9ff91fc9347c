import CredentialCore
import Hosts
import Testing

@Suite struct CodeHostTests {
    @Test(arguments: [
        ("github.com", CodeHost.github), ("gist.github.com", .github), ("gitlab.com", .gitlab),
        ("codeberg.org", .gitea), ("bitbucket.org", .bitbucket), ("dev.azure.com", .azure),
        ("acme.visualstudio.com", .azure), ("github.com.evil.test", .generic),
        ("a.b.visualstudio.com", .generic), ("git.example.com", .generic),
    ])
    func aNameTellsTheService(host: String, service: CodeHost) throws {
        #expect(CodeHost(at: try Address(git: Array(host.utf8)), provider: nil) == service)
    }

    @Test func theConfigurationComesFirstAndTheChallengeLast() throws {
        let address = try Address(git: Array("git.example.com".utf8))
        let challenges = ["Basic realm=\"GitLab\""]
        #expect(CodeHost(at: address, provider: nil, challenges: challenges) == .gitlab)
        #expect(CodeHost(at: address, provider: "forgejo", challenges: challenges) == .gitea)
        let github = try Address(git: Array("github.com".utf8))
        #expect(CodeHost(at: github, provider: nil, challenges: challenges) == .github)
        #expect(CodeHost(at: address, provider: nil, challenges: ["Basic realm=\"x\""]) == .generic)
        let gitea = ["Negotiate", "Basic realm=\"Gitea (Basic Auth)\""]
        #expect(CodeHost(at: address, provider: nil, challenges: gitea) == .gitea)
    }
}
