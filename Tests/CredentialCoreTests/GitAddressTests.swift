import CredentialCore
import Testing

@Suite struct GitAddressTests {
    private static func parts(
        _ scheme: String, _ host: String, _ path: String? = nil
    ) throws -> Address {
        try Address(
            gitProtocol: Array(scheme.utf8), host: Array(host.utf8),
            path: path.map { Array($0.utf8) })
    }

    @Test(arguments: [
        Aliases(
            "the default port counts as none",
            same: ["https://git.example", "https://git.example:443", "git.example"],
            other: ["https://git.example:8443", "http://git.example", "http://git.example:443"]),
        Aliases(
            "http is another address than https, on loopback too",
            same: ["http://localhost", "http://localhost:80"],
            other: ["https://localhost", "localhost"]),
        Aliases(
            "an API's version is a path like any other",
            same: ["git.example/v2", "https://git.example/v2/"], other: ["git.example"]),
        Aliases(
            "Docker Hub's names are several hosts to git",
            same: ["docker.io"], other: ["index.docker.io", "registry-1.docker.io"]),
        Aliases(
            "hosts have no case, paths have",
            same: ["Git.Example/Acme"], other: ["git.example/acme"]),
        Aliases(
            "what ends in .git is another path",
            same: ["git.example/acme/app.git"], other: ["git.example/acme/app"]),
    ])
    func `one address has many names and no other address has one of them`(row: Aliases) throws {
        let addresses = Set(try row.same.map(git))
        #expect(addresses.count == 1)
        for name in row.other { #expect(!addresses.contains(try git(name)), "\(name)") }
    }

    @Test(arguments: [
        ("https", "git.example:443", "acme/app.git", "git.example/acme/app.git"),
        ("HTTPS", "GIT.example", "acme/", "git.example/acme"),
        ("http", "localhost:3000", "", "http://localhost:3000"),
    ])
    func `what git sends in parts is what a person writes in one`(
        scheme: String, host: String, path: String, text: String
    ) throws {
        let address = try Self.parts(scheme, host, path)
        #expect(address == (try git(text)))
        #expect(address.text == text)
    }

    @Test func `paths that git sends are decoded already`() throws {
        #expect(try Self.parts("https", "h", "a%2e") != git("h/a%2e"))
        #expect(try Self.parts("https", "h", "a%2e") == git("h/a%252e"))
        #expect(try Self.parts("https", "h", "a?b#c") == git("h/a%3Fb%23c"))
    }

    @Test(
        arguments: [
            ("https", "", nil), ("https", "h.", nil), ("https", "user@h", nil),
            ("https", "h/p", nil),
            ("https", "h:x", nil), ("https", "h", "a/../b"), ("https", "h", "a//b"), ("", "h", nil),
            ("https", "h", "a\0b"), ("ht/tp", "h", nil), ("https", "", "p"), ("cert", "", ""),
            ("cert", "", "/"),
        ] as [(String, String, String?)])
    func `values that name no place are refused`(scheme: String, host: String, path: String?) throws
    {
        #expect(refusal(of: try Self.parts(scheme, host, path)) == .badRequest)
        #expect(refusal(of: try Self.parts("https", "h", "a/b")) == nil)
    }

    @Test func `a certificate's passphrase has a path and no host`() throws {
        let address = try Self.parts("cert", "", "/home/me/key.pem")
        #expect(address.host.isEmpty)
        #expect(address == (try Self.parts("cert", "", "home/me/key.pem")))
        #expect(address != (try Self.parts("cert", "", "/home/me/other.pem")))
    }

    @Test func `schemes that have no default port keep the one they name`() throws {
        let mail = try Self.parts("smtp", "mail.example:587")
        #expect(mail.port == 587)
        #expect(mail != (try Self.parts("smtp", "mail.example")))
        #expect(mail != (try Self.parts("https", "mail.example:587")))
    }
}
