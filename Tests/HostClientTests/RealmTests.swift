import CredentialCore
import Testing
import Transport

@testable import HostClient

/// Where a registry may send its clients.
@Suite struct RealmTests {
    private static let world: [String: [String]] = [
        "auth.example.com": ["93.184.216.34"], "inside.example.com": ["93.184.216.34", "10.0.0.7"],
        "localhost": ["127.0.0.1", "::1"], "v6.example.com": ["2606:2800:220:1::1"],
        "local6.example.com": ["fd12::1"], "2130706433": ["127.0.0.1"],
    ]

    private func realm(_ text: String, of registry: String, at place: String?) throws -> Realm {
        try Realm(
            text, of: try Address(registry: Array(registry.utf8)),
            at: place.flatMap { NetworkAddress($0) }
        ) { host in (Self.world[host] ?? []).compactMap { NetworkAddress($0) } }
    }

    private func isAllowed(
        _ text: String, of registry: String = "registry.example.com",
        at place: String? = "93.184.216.35"
    ) -> Bool {
        (try? realm(text, of: registry, at: place)) != nil
    }

    @Test(arguments: [
        "https://auth.example.com/token", "https://auth.example.com:8443",
        "https://v6.example.com/",
        "https://93.184.216.34/token", "https://registry.example.com/v2/auth",
        "https://unknown.example.com/token?a=b",
    ])
    func anotherPublicHostIsUsual(text: String) throws {
        #expect(isAllowed(text))
        let isRegistry = text.contains("registry.example.com")
        #expect(try realm(text, of: "registry.example.com", at: nil).mustBePublic != isRegistry)
    }

    @Test(arguments: [
        "https://10.0.0.7/token", "https://172.16.1.1/", "https://192.168.0.1/",
        "https://127.0.0.1/token", "https://localhost/token", "https://[::1]/token",
        "https://[::ffff:10.0.0.7]/", "https://[fd12::1]/", "https://[fe80::1]/",
        "https://[64:ff9b::a00:7]/", "https://169.254.169.254/latest", "https://100.64.0.1/",
        "https://0.0.0.0/", "https://inside.example.com/", "https://local6.example.com/",
        "https://2130706433/",
    ])
    func aPublicRegistryLeadsIntoNoPrivateNetwork(text: String) {
        #expect(!isAllowed(text))
        #expect(!isAllowed(text, at: nil))
    }

    @Test func aPrivateRegistryMayNameItsNeighbours() throws {
        for place in ["10.0.0.1", "192.168.7.7", "fd12::2"] {
            #expect(isAllowed("https://10.0.0.7/token", at: place))
            #expect(isAllowed("https://auth.example.com/token", at: place))
            #expect(!isAllowed("https://127.0.0.1/token", at: place))
            #expect(!isAllowed("https://169.254.169.254/token", at: place))
        }
        for (registry, place) in [("localhost:5000", nil), ("registry.example.com", "127.0.0.1")] {
            #expect(isAllowed("https://127.0.0.1:5001/token", of: registry, at: place))
            #expect(isAllowed("https://10.0.0.7/token", of: registry, at: place))
            #expect(!isAllowed("https://169.254.169.254/token", of: registry, at: place))
        }
    }

    @Test func plainHTTPStaysOnThisMachine() {
        #expect(isAllowed("http://localhost:5001/token", of: "localhost:5000", at: "127.0.0.1"))
        #expect(isAllowed("http://127.0.0.1:5001/token", of: "localhost:5000", at: "::1"))
        #expect(!isAllowed("http://localhost/token"))
        #expect(!isAllowed("http://auth.example.com/token"))
        #expect(!isAllowed("http://10.0.0.7/token", of: "localhost:5000", at: "127.0.0.1"))
        #expect(!isAllowed("http://10.0.0.7/token", at: "10.0.0.1"))
    }

    @Test(arguments: [
        "", "token", "/token", "//auth.example.com/token", "ftp://auth.example.com/",
        "https:///token", "https://", "https://user@auth.example.com/", "https://a:b@h.example/",
        "https://auth.example.com/\r\nX: y", "https://auth.example.com/ x",
        "https://h.example\\@i/",
        "https://auth.example.com/#f", "https://auth.example.com:0/", "https://h.example:99999/",
        "https://auth.example.com./", "https://\u{1B}[2J.example/", "file:///etc/passwd",
        "https://" + String(repeating: "a", count: 3000) + ".example/",
    ])
    func noURL(text: String) {
        #expect(!isAllowed(text))
        #expect(!isAllowed(text, of: "localhost:5000", at: "127.0.0.1"))
    }

    @Test func queries() throws {
        let query: [(name: String, value: [UInt8])] = [
            ("service", Array("a b&c".utf8)), ("account", Array("ü".utf8)),
        ]
        let text = "service=a%20b%26c&account=%C3%BC"
        for (realm, url) in [
            ("https://auth.example.com/token", "https://auth.example.com/token?\(text)"),
            ("https://auth.example.com", "https://auth.example.com?\(text)"),
            ("https://auth.example.com/t?x=y", "https://auth.example.com/t?x=y&\(text)"),
            ("https://auth.example.com/t?", "https://auth.example.com/t?\(text)"),
        ] {
            let judged = try self.realm(realm, of: "registry.example.com", at: nil)
            #expect(judged.url(with: query) == url)
            #expect(judged.url(with: []) == realm)
        }
    }
}
