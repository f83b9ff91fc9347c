import CredentialCore
import Testing

@Suite struct AddressPatternTests {
    private static func pattern(
        _ text: String, for wireProtocol: WireProtocol = .registry
    ) throws -> AddressPattern {
        try AddressPattern(Array(text.utf8), for: wireProtocol)
    }

    /// A pattern, hosts it matches, and look-alikes that it does not.
    struct Row: Sendable, CustomTestStringConvertible {
        let pattern: String
        let matched: [String]
        let other: [String]
        var testDescription: String { pattern }

        init(_ pattern: String, matches matched: [String], not other: [String]) {
            self.pattern = pattern
            self.matched = matched
            self.other = other
        }
    }

    @Test(arguments: [
        Row(
            "reg.example", matches: ["reg.example"],
            not: ["a.reg.example", "reg.example.evil", "regexample", "*.example"]),
        Row(
            "*.reg.example", matches: ["a.reg.example", "a-b_c.reg.example", "1.reg.example"],
            not: [
                "reg.example", "a.b.reg.example", ".reg.example", "a.reg.example.",
                "a.reg.example.evil", "areg.example", "a.regxexample", "\u{E9}.reg.example",
                "a\u{E9}.reg.example",
            ]),
        Row(
            "a.*.reg.example", matches: ["a.b.reg.example"],
            not: ["b.a.reg.example", "a.reg.example", "a.b.c.reg.example"]),
        Row(
            "*.*.reg.example", matches: ["a.b.reg.example"],
            not: ["a.reg.example", "a.b.c.reg.example"]),
        Row(
            "*.dkr.ecr.eu-west-1.amazonaws.com",
            matches: ["123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
            not: [
                "123456789012.dkr.ecr.eu-west-2.amazonaws.com",
                "dkr.ecr.eu-west-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
            ]),
    ])
    func `a star matches one label and every other label only itself`(row: Row) throws {
        let pattern = try Self.pattern(row.pattern)
        for host in row.matched { #expect(pattern.matches(host: Array(host.utf8)), "\(host)") }
        for host in row.other { #expect(!pattern.matches(host: Array(host.utf8)), "\(host)") }
    }

    @Test(arguments: [
        ("a star alone is everybody's", ["*", "*:443", "https://*/acme"], "*.reg.example"),
        ("a registrable domain is literal", ["*.com", "reg.*", "a.*.com", "a.reg.*"], "*.reg.com"),
        (
            "a country's second level is not a registrable domain",
            ["*.co.uk", "*.com.au", "a.*.org.nz", "*.ac.jp"], "*.reg.co.uk"
        ),
        (
            "a star is a whole label",
            ["a*.reg.example", "*a.reg.example", "**.reg.example", "a*b.reg.example"],
            "*.reg.example"
        ),
        ("a literal address has no labels", ["*.0.0.1", "10.*.0.1", "[*::1]"], "10.0.0.1"),
        ("a star is for hosts", ["*://reg.example", "reg.example:*"], "reg.example/*"),
    ])
    func `a wildcard that leaves open what anybody could own is refused`(
        reason: String, refused: [String], control: String
    ) throws {
        for wireProtocol in WireProtocol.allCases {
            for text in refused {
                let code = refusal(of: try Self.pattern(text, for: wireProtocol))
                #expect(code == .badRequest, "\(text)")
            }
            #expect(refusal(of: try Self.pattern(control, for: wireProtocol)) == nil)
        }
    }

    @Test(arguments: [
        ("*.azurecr.io", "myregistry.azurecr.io"),
        ("*.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
        ("*.dkr-ecr.eu-west-1.on.aws", "123456789012.dkr-ecr.eu-west-1.on.aws"),
        ("*.jfrog.io", "acme.jfrog.io"), ("*.github.io", "acme.github.io"),
        ("*.pkg.dev", "europe-docker.pkg.dev"), ("*.acme.github.io", "*.reg.example"),
        ("*.gcr.io", "*.gcr.io.example"), ("*.us-west-2.amazonaws.com.cn", "*.amazonaws.example"),
        ("*.*.windows.net", "*.windows.net"), ("*.*.azure.com", "*.west.azure.com"),
    ])
    func `a wildcard over labels that strangers can register is known as one`(
        open: String, control: String
    ) throws {
        #expect(try Self.pattern(open).matchesHostsOfStrangers)
        #expect(!(try Self.pattern(control).matchesHostsOfStrangers))
    }

    @Test func `every family's open labels are strangers'`() throws {
        var checked = 0
        for template in RegistryFamily.all.flatMap(\.hosts) where template.contains("{") {
            let labels = template.split(separator: ".").map { $0.contains("{") ? "*" : String($0) }
            let pattern = try Self.pattern(labels.joined(separator: "."))
            #expect(pattern.matchesHostsOfStrangers, "\(template)")
            checked += 1
        }
        #expect(checked > 20)
    }

    @Test(arguments: [
        ("registry:https://GHCR.io/v2/", "registry:ghcr.io"),
        ("registry:docker.io", "registry:index.docker.io"),
        ("git:https://github.com/acme/", "git:github.com/acme"),
        ("git:http://localhost:8080/a%20b", "git:http://localhost:8080/a b"),
        ("git:*.git.example:8443", "git:*.git.example:8443"),
        ("registry:[::1]:5000", "registry:[::1]:5000"),
    ])
    func `a binding is written in canonical form and read back from it`(
        text: String, canonical: String
    ) throws {
        let binding = try Binding(parsing: Array(text.utf8))
        #expect(binding.text == canonical)
        #expect(try Binding(parsing: Array(canonical.utf8)) == binding)
    }

    @Test(arguments: ["ghcr.io", "docker:ghcr.io", "", "git", "registry", "Git:ghcr.io", "git:"])
    func `a binding without protocol or address is refused`(text: String) throws {
        #expect(refusal(of: try Binding(parsing: Array(text.utf8))) == .badRequest)
        #expect(refusal(of: try Binding(parsing: Array("git:ghcr.io".utf8))) == nil)
    }
}
