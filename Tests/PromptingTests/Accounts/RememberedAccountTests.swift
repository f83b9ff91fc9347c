import Configuration
import CredentialCore
import Testing

@testable import Prompting

@Suite struct RememberedAccountTests {
    private func choices(_ address: String, _ entries: String...) throws -> [String] {
        let surroundings = try Surroundings(programName: "test") { $0 == "HOME" ? "/h" : nil }
        let settings = GitSettings(entries.flatMap { Array($0.utf8) + [0] })
        return try RememberedAccount(Address(git: Array(address.utf8)), surroundings)
            .choices(settings).map { "\($0.scope) \($0.url)" }
    }

    @Test func aRepositoryIsKnownByItsFormat() throws {
        #expect(try choices("git.example.com").isEmpty)
        #expect(
            try choices("git.example.com", "core.repositoryformatversion\n0")
                == ["--local https://git.example.com"])
        #expect(
            try choices("http://localhost:3000", "core.repositoryformatversion\n1")
                == ["--local http://localhost:3000"])
    }

    @Test func ownersAreThoseOfTheSameHost() throws {
        let found = try choices(
            "git.example.com/acme/app.git",
            "remote.a.url\nhttps://me:x@git.example.com/Acme/a.git",
            "remote.b.url\nhttps://git.example.com/acme/b.git",
            "remote.c.url\nhttps://git.example.com:8443/port/c.git",
            "remote.d.url\nhttp://git.example.com/plain/d.git",
            "remote.e.url\nhttps://git.example.com.evil.test/evil/e.git",
            "remote.f.url\ngit@git.example.com:ssh/f.git", "remote.g.url\n../local",
            "remote.h.url\nhttps://git.example.com/alone.git",
            "remote.i.url\nhttps://git.example.com/a@b/i.git",
            "remote.j.url\nhttps://git.example.com@evil.test/trick/j.git")
        #expect(
            found == [
                "--global https://git.example.com/acme", "--global https://git.example.com/Acme",
                "--global https://git.example.com/a@b",
            ])
    }
}
