import CredentialCore
import Testing

/// Names of one address, and names that look alike but are another.
struct Aliases: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let same: [String]
    let other: [String]

    init(_ reason: String, same: [String], other: [String]) {
        testDescription = reason
        self.same = same
        self.other = other
    }
}

@Suite struct RegistryAddressTests {
    @Test(arguments: [
        Aliases(
            "the scheme, the default port, a slash and the API's version name no other registry",
            same: [
                "reg.example", "https://reg.example", "https://reg.example/", "reg.example:443",
                "https://reg.example:443/", "https://reg.example/v1/", "https://reg.example/v2",
                "reg.example/v2/",
            ],
            other: ["reg.example:8443", "reg.example/v3", "reg.example/v2/acme", "reg.example:80"]),
        Aliases(
            "ASCII letters of host and scheme have no case, those of a path have",
            same: ["reg.example/acme", "REG.Example/acme", "HTTPS://reg.EXAMPLE/acme"],
            other: ["reg.example/Acme", "reg.example/ACME"]),
        Aliases(
            "bytes that are not ASCII are compared as they are",
            same: ["\u{C4}.example"], other: ["\u{E4}.example", "A\u{308}.example", "A.example"]),
        Aliases(
            "elsewhere than on loopback, http is another address",
            same: ["reg.example", "https://reg.example"],
            other: ["http://reg.example", "http://reg.example:443", "http://reg.example:80"]),
        Aliases(
            "on loopback, plain HTTP is the same address",
            same: ["localhost:5000", "http://localhost:5000", "https://localhost:5000/v2/"],
            other: ["localhost:5001", "127.0.0.1:5000", "localhost.example:5000"]),
        Aliases(
            "all of 127.0.0.0/8 is loopback",
            same: ["127.8.9.255", "http://127.8.9.255"],
            other: ["http://127.8.9.256", "http://128.8.9.255", "http://127.8.9.255.example"]),
        Aliases(
            "the IPv6 loopback address is loopback",
            same: ["[::1]:5000", "http://[::1]:5000"], other: ["http://[::2]:5000", "[::1]:5001"]),
        Aliases(
            "a name that begins like loopback is none",
            same: ["http://127.0.0.1.example"], other: ["127.0.0.1.example", "127.0.0.1"]),
        Aliases(
            "an IPv6 address is written in its brackets, its letters in either case",
            same: ["[2001:db8::A]:5000", "https://[2001:DB8::a]:5000/v2/"],
            other: ["[2001:db8::b]:5000", "[2001:db8::a]", "http://[2001:db8::a]:5000"]),
        Aliases(
            "Docker Hub has several names",
            same: [
                "docker.io", "index.docker.io", "registry-1.docker.io", "https://docker.io/",
                "https://index.docker.io/v1/", "https://index.docker.io/v1", "index.docker.io:443",
                "Docker.IO", "https://registry-1.docker.io/v2/",
            ],
            other: [
                "hub.docker.io", "docker.io.example", "xdocker.io", "docker.io:5000",
                "http://docker.io", "docker.com", "index.docker.io/v1/access-token",
            ]),
        Aliases(
            "Docker Hub's access token is an entry of its own",
            same: ["https://index.docker.io/v1/access-token", "docker.io/v1/access-token"],
            other: ["https://index.docker.io/v1/", "https://index.docker.io/v1/refresh-token"]),
        Aliases(
            "Docker Hub's refresh token is an entry of its own",
            same: ["https://index.docker.io/v1/refresh-token", "docker.io/v1/refresh-token/"],
            other: ["docker.io", "https://index.docker.io/v1/refresh-tokens"]),
        Aliases(
            "a path's escapes are decoded once",
            same: ["reg.example/acme%2Dapp", "reg.example/acme-app", "reg.example/acme-ap%70/"],
            other: ["reg.example/acme%252Dapp", "reg.example/acme%2dapps"]),
    ])
    func `one address has many names and no other address has one of them`(row: Aliases) throws {
        let addresses = Set(try row.same.map(registry))
        #expect(addresses.count == 1)
        for name in row.other { #expect(!addresses.contains(try registry(name)), "\(name)") }
    }

    /// What is refused, and the nearest name that is not.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let refused: [String]
        let control: String

        init(_ reason: String, _ refused: [String], but control: String) {
            testDescription = reason
            self.refused = refused
            self.control = control
        }
    }

    @Test(arguments: [
        Refusal("there is no host", ["", "/", "https://", ":443", "https:///v2/"], but: "h"),
        Refusal(
            "a trailing dot makes another host, on which programs disagree",
            ["reg.example.", "reg.example.:443", "https://reg.example./"], but: "reg.example"),
        Refusal(
            "a label is empty", [".reg.example", "reg..example", "."], but: "reg.example"),
        Refusal(
            "a label or a name is longer than DNS carries",
            [
                String(repeating: "a", count: 64) + ".example",
                String(repeating: "a.", count: 126) + "aa",
            ],
            but: String(repeating: "a", count: 63) + ".example"),
        Refusal(
            "user info hides the host",
            ["user@reg.example", "https://user:pw@reg.example", "good.example@evil.example"],
            but: "good.example/evil.example"),
        Refusal(
            "a query or a fragment is no part of an address",
            ["reg.example/?x", "reg.example/acme#x", "reg.example?x", "reg.example#x"],
            but: "reg.example/acme"),
        Refusal(
            "registries speak http and https only",
            ["ftp://reg.example", "://reg.example", "ht tp://reg.example", "1http://reg.example"],
            but: "http://reg.example"),
        Refusal(
            "a port is a number from 1 to 65535",
            [
                "reg.example:", "reg.example:0", "reg.example:65536", "reg.example:5x",
                "reg.example:-5", "reg.example:+5", "reg.example:000443", "reg.example:5000:5000",
            ],
            but: "reg.example:65535"),
        Refusal(
            "a dotted or empty segment leads elsewhere",
            [
                "reg.example/acme/../evil", "reg.example/acme/%2e%2e/evil", "reg.example/./acme",
                "reg.example/acme/.%2E", "reg.example//acme", "reg.example/acme//",
                "reg.example/..", "reg.example//",
            ],
            but: "reg.example/acme/...evil"),
        Refusal(
            "an escape hides a slash, NUL or control byte",
            [
                "reg.example/acme%2Fevil", "reg.example/a%00", "reg.example/a%0a",
                "reg.example/a%7F",
            ],
            but: "reg.example/acme%2Devil"),
        Refusal(
            "an escape is incomplete",
            ["reg.example/a%", "reg.example/a%2", "reg.example/a%zz", "reg.example/a%+1"],
            but: "reg.example/a%25"),
        Refusal(
            "a byte does not belong into a host",
            [
                "reg\t.example", "reg .example", "reg\\.example", "reg%2eexample", "reg\0.example",
                "reg\n.example", "reg,example", "reg'.example", "reg;.example", "*.reg.example",
            ],
            but: "reg-1_2.example"),
        Refusal(
            "a bracket is not closed, or holds no IPv6 address",
            ["[::1", "[::1]x", "[::1]:", "[localhost]", "[12]", "[]", "::1", "[::1%25eth0]"],
            but: "[::ffff:127.0.0.1]"),
    ])
    func `what names no registry is refused`(row: Refusal) throws {
        for text in row.refused {
            #expect(refusal(of: try registry(text)) == .badRequest, "\(text)")
        }
        #expect(refusal(of: try registry(row.control)) == nil)
    }

    @Test func `every other byte is refused at every place of a host`() {
        let allowed = Set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        // They end the host or a label, so that what remains is an address of its own.
        let structure = Set("./:".utf8)
        for byte in UInt8.min...UInt8.max where !structure.contains(byte) {
            for place in 0...2 {
                var host = Array("ab".utf8)
                host.insert(byte, at: place)
                let passes = (try? Address(registry: host)) != nil
                #expect(passes == (allowed.contains(byte) || byte >= 0x80), "\(byte) at \(place)")
            }
        }
    }

    @Test(arguments: [
        ("docker.io", "https://index.docker.io/v1/"),
        ("docker.io/v1/access-token", "https://index.docker.io/v1/access-token"),
        ("docker.io/v1/refresh-token", "https://index.docker.io/v1/refresh-token"),
        ("docker.io/acme", "index.docker.io/acme"),
        ("https://ghcr.io/v2/", "ghcr.io"),
        ("http://reg.example:8080", "http://reg.example:8080"),
        ("http://localhost:5000", "localhost:5000"),
    ])
    func `the key shown to docker is the one it asks for again`(name: String, key: String) throws {
        let address = try registry(name)
        #expect(String(decoding: address.registryKey, as: UTF8.self) == key)
        #expect(try Address(registry: address.registryKey) == address)
    }
}
