import CredentialCore
import HostAccess
import Testing

@testable import Prompting

/// `Tests/Prompting/test_git_prompts.py` compares the same with git itself.
@Suite struct GitPromptTests {
    private func place(_ url: String) throws -> HostPlace {
        HostPlace(.git, try Address(git: Array(url.utf8)))
    }

    @Test func theyAreGits() throws {
        let place = try place("https://git.example.com:8443/acme/app.git")
        #expect(
            GitPrompt.username(at: place)
                == "Username for 'https://git.example.com:8443/acme/app.git': ")
        #expect(
            GitPrompt.password(at: place, username: Array("al/ice@x".utf8))
                == "Password for 'https://al%2Fice%40x@git.example.com:8443/acme/app.git': ")
        #expect(
            GitPrompt.password(at: try self.place("http://localhost:3000"), username: [])
                == "Password for 'http://localhost:3000': ")
    }

    @Test func controlBytesAreEncodedEverywhere() throws {
        let address = try Address(
            gitProtocol: Array("https".utf8), host: Array("gït.example.com".utf8),
            path: Array("a b/ü".utf8))
        let name = Array("\u{1B}[31m\n\u{7F}".utf8)
        #expect(
            GitPrompt.password(at: HostPlace(.git, address), username: name)
                == "Password for 'https://%1B%5B31m%0A%7F@g%C3%AFt.example.com/a%20b/%C3%BC': ")
    }
}
