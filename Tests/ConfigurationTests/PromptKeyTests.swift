import Configuration
import CredentialCore
import Testing

@Suite struct PromptKeyTests {
    private func address(_ text: String) throws -> Address {
        try Address(git: Array(text.utf8))
    }

    @Test func `a host's own mode comes before that of all`() throws {
        let prompt = try configuration(
            "[prompt]\nmode = ask\n[prompt \"git.example.com\"]\nmode = oauth\n"
                + "[prompt \"http://localhost:8080\"]\nmode = off\n"
        ).prompt
        #expect(try prompt.mode(at: address("git.example.com")) == .oauth)
        #expect(try prompt.mode(at: address("https://GIT.example.com:443/a")) == .oauth)
        #expect(try prompt.mode(at: address("http://git.example.com")) == .ask)
        #expect(try prompt.mode(at: address("http://localhost:8080")) == .off)
        #expect(try prompt.mode(at: address("localhost:8080")) == .ask)
        #expect(prompt.modes.map(\.host) == [nil, "git.example.com", "http://localhost:8080"])
        #expect(prompt.modes.map(\.mode) == [.ask, .oauth, .off])
        #expect(prompt.asksSomewhere)
        #expect(try prompt.hasOwnMode(at: address("git.example.com")))
        #expect(try !prompt.hasOwnMode(at: address("example.com")))
    }

    @Test func `nobody is asked where nothing is said`() throws {
        let prompt = try configuration("").prompt
        #expect(try prompt.mode(at: address("git.example.com")) == .off)
        #expect(try prompt.verifies(at: address("git.example.com")))
        #expect(!prompt.asksSomewhere && prompt.modes.isEmpty)
        #expect(prompt.timeout == 300)
        #expect(try !configuration("[prompt]\nmode = off\n").prompt.asksSomewhere)
    }

    @Test func `every key is understood`() throws {
        let configuration = try configuration(
            """
            [prompt]
            timeout = 20
            pinentry = ~/bin/pinentry
            browser = firefox
            [prompt "git.example.com"]
            verify = false
            provider = forgejo
            caBundle = ~/ca.pem
            [oauth "git.example.com"]
            clientId = id
            clientSecret = oauth-git.example.com
            authorizeUrl = https://git.example.com/a?tenant=acme&x=%20
            tokenUrl = https://git.example.com/t
            deviceUrl = http://localhost:3000/d
            accountUrl = https://git.example.com/u
            redirectUrl = http://127.0.0.1:34106/
            scopes = read write
            username = oauth2
            """)
        #expect(configuration.unknownKeys.isEmpty)
        let host = try address("git.example.com")
        #expect(configuration.prompt.timeout == 20)
        #expect(configuration.prompt.pinentry?.hasSuffix("/bin/pinentry") == true)
        #expect(configuration.prompt.browser == "firefox")
        #expect(!configuration.prompt.verifies(at: host))
        #expect(configuration.prompt.provider(at: host) == "forgejo")
        #expect(configuration.prompt.caBundle(at: host)?.hasSuffix("/ca.pem") == true)
        let client = try #require(configuration.oauthClient(at: host))
        #expect(client.clientID == "id" && client.username == "oauth2")
        #expect(client.scopes == "read write")
        #expect(client.authorizeURL == "https://git.example.com/a?tenant=acme&x=%20")
        #expect(client.redirectURL == "http://127.0.0.1:34106/")
        #expect(
            configuration.hostTakingClientSecret(from: "oauth-git.example.com")
                == "git.example.com")
        #expect(configuration.hostTakingClientSecret(from: "other") == nil)
    }

    @Test(arguments: [
        ("[prompt]\nmode = always", "a mode"), ("[prompt]\ntimeout = 0", "no time"),
        ("[prompt]\ntimeout = 1h", "no time"), ("[prompt]\nverify = yes", "verify"),
        ("[prompt]\nbrowser = bin/x", "neither"), ("[prompt]\ncaBundle = ca.pem", "absolute"),
        ("[prompt \"git.example.com/a\"]\nmode = ask", "the name of a host"),
        ("[prompt \"*.example.com\"]\nmode = ask", "the name of a host"),
        ("[prompt \"\"]\nmode = ask", "the name of a host"),
        ("[prompt \"a\"]\nprovider = sourcehut", "no provider"),
        ("[oauth \"a b\"]\nclientId = x", "the name of a host"),
        ("[oauth \"a\"]\nclientId = two words", "one word"),
        ("[oauth \"a\"]\ntokenUrl = http://a.example/t", "https URL"),
        ("[oauth \"a\"]\ntokenUrl = a.example/t", "https URL"),
        ("[oauth \"a\"]\ntokenUrl = a.example/t?https://a", "https URL"),
        ("[oauth \"a\"]\ntokenUrl = \"https://a.example/t?a#b\"", "https URL"),
        ("[oauth \"a\"]\ntokenUrl = \"https://a.example/t?a b\"", "https URL"),
        ("[oauth \"a\"]\nredirectUrl = https://127.0.0.1/", "loopback"),
        ("[oauth \"a\"]\nredirectUrl = http://a.example/", "loopback"),
    ])
    func `a value that cannot be followed is refused with file and line`(
        text: String, problem: String
    ) throws {
        let error = try #require(refusal(of: try configuration(text)))
        #expect(error.code == .configuration)
        #expect(error.problem.contains("config, line 2") && error.problem.contains(problem))
    }

    @Test func `what is checked beforehand is refused by the same rules`() throws {
        let home = try TemporaryFolder()
        let place = try surroundings(home)
        let key = ConfigurationKey("oauth", "git.example.com", "tokenUrl")
        let error = refusal(
            of: try Configuration.check(key, is: "http://a.example", place, place: "--token-url"))
        #expect(error?.problem == "--token-url: `http://a.example` is not an https URL")
        try Configuration.check(key, is: "https://a.example/t", place, place: "--token-url")
    }
}
