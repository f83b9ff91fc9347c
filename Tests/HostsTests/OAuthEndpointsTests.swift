import CredentialCore
import Hosts
import Testing

@Suite struct OAuthEndpointsTests {
    private func endpoints(_ host: String, provider: String? = nil) throws -> OAuthEndpoints {
        let address = try Address(git: Array(host.utf8))
        return OAuthEndpoints(of: CodeHost(at: address, provider: provider), at: address, nil)
    }

    @Test func knownHostsHaveTheirOwnServers() throws {
        let github = try endpoints("github.com")
        #expect(github.authorize == "https://github.com/login/oauth/authorize")
        #expect(github.accounts == ["https://api.github.com/user"])
        let gist = try endpoints("gist.github.com")
        #expect(gist.token == "https://github.com/login/oauth/access_token")
        let bitbucket = try endpoints("bitbucket.org")
        #expect(bitbucket.token == "https://bitbucket.org/site/oauth2/access_token")
        #expect(bitbucket.accounts == ["https://api.bitbucket.org/2.0/user"])
        #expect(bitbucket.device == nil)
        let azure = try endpoints("dev.azure.com/acme")
        #expect(
            azure.token == "https://login.microsoftonline.com/organizations/oauth2/v2.0/token")
        #expect(try endpoints("acme.visualstudio.com").token == azure.token)
        #expect(try endpoints("gitlab.com").device == "https://gitlab.com/oauth/authorize_device")
    }

    @Test(arguments: ["github", "gitlab", "gitea", "forgejo", "bitbucket", "azure", "generic"])
    func aServerOfOnesOwnIsAskedAtItsOwnHost(provider: String) throws {
        for host in ["git.example.com:8443", "github.com.evil.test", "http://localhost:3000"] {
            let endpoints = try endpoints(host, provider: provider)
            let root = host.contains("://") ? host : "https://\(host)"
            let urls =
                [endpoints.authorize, endpoints.token, endpoints.device].compactMap(\.self)
                + endpoints.accounts
            for url in urls { #expect(url.hasPrefix(root + "/"), "\(url)") }
            #expect(urls.isEmpty == ["azure", "generic"].contains(provider))
        }
    }

    @Test func aServerOfOnesOwnHasItsApiBelowAFolder() throws {
        let endpoints = try endpoints("git.example.com", provider: "github")
        #expect(endpoints.accounts == ["https://git.example.com/api/v3/user"])
        #expect(endpoints.registration == "https://git.example.com/settings/applications/new")
    }

    @Test func aGistWantsARightOfItsOwn() throws {
        let preset = OAuthPreset(of: .github)
        #expect(preset.scopes(at: try Address(git: Array("github.com".utf8))) == "repo")
        #expect(preset.scopes(at: try Address(git: Array("gist.github.com".utf8))) == "gist")
    }

    @Test func hostsThatWantOneUserNameSaySo() {
        #expect(OAuthPreset(of: .gitlab).username == "oauth2")
        #expect(OAuthPreset(of: .bitbucket).username == "x-token-auth")
        for host in [CodeHost.github, .gitea, .azure, .generic] {
            #expect(OAuthPreset(of: host).username == nil)
        }
    }
}
