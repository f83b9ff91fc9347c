import CredentialCore
import Testing

@testable import Configuration

@Suite struct ConfigurationTextTests {
    private static let mode = ConfigurationKey("prompt", "git.example.com", "mode")

    @Test(arguments: [
        ("", "[prompt \"git.example.com\"]\n\tmode = ask\n"),
        ("[x]\ny = z", "[x]\ny = z\n[prompt \"git.example.com\"]\n\tmode = ask\n"),
        (
            "[prompt \"git.example.com\"]\n# why\n[x]\ny = z\n",
            "[prompt \"git.example.com\"]\n\tmode = ask\n# why\n[x]\ny = z\n"
        ),
        (
            "[prompt \"git.example.com\"]\n\tverify = false # no\n\n[x]\n",
            "[prompt \"git.example.com\"]\n\tverify = false # no\n\tmode = ask\n\n[x]\n"
        ),
        (
            "[prompt \"https://GIT.example.com:443\"]\n  Mode=off;c\n",
            "[prompt \"https://GIT.example.com:443\"]\n  Mode=ask;c\n"
        ),
        (
            "[prompt \"git.example.com\"] mode\n",
            "[prompt \"git.example.com\"] mode = ask\n"
        ),
        (
            "[prompt \"git.example.com\"]\nmode = \"of\\\nf\" # c\nverify = true",
            "[prompt \"git.example.com\"]\nmode = ask # c\nverify = true"
        ),
        ("[prompt \"git.example.com\"]\nmode =\n", "[prompt \"git.example.com\"]\nmode =ask\n"),
        (
            "[prompt \"git.example.com\"]\r\nverify = true\r\n",
            "[prompt \"git.example.com\"]\r\nverify = true\r\n\tmode = ask\r\n"
        ),
        (
            "\u{FEFF}[prompt \"git.example.com\"]mode = off\n",
            "\u{FEFF}[prompt \"git.example.com\"]mode = ask\n"
        ),
        (
            "[prompt]\nmode = off\n",
            "[prompt]\nmode = off\n[prompt \"git.example.com\"]\n\tmode = ask\n"
        ),
        (
            "[prompt \"http://git.example.com\"]\nmode = off\n",
            "[prompt \"http://git.example.com\"]\nmode = off\n"
                + "[prompt \"git.example.com\"]\n\tmode = ask\n"
        ),
    ])
    func `a setting is written where it counts, and nothing else changes`(
        before: String, after: String
    ) throws {
        var text = try ConfigurationText(Array(before.utf8), path: "config")
        try text.set(Self.mode, to: "ask")
        #expect(String(decoding: text.bytes, as: UTF8.self) == after)
        #expect(text.value(of: Self.mode) == "ask")
    }

    @Test(arguments: [
        ("[prompt \"git.example.com\"]\n\tmode = ask\n", ""),
        ("# mine\n[prompt \"git.example.com\"]\n\tmode = ask # mine\n[x]\n", "# mine\n[x]\n"),
        (
            "[prompt \"git.example.com\"]\n\tmode = ask\n\tverify = true\n",
            "[prompt \"git.example.com\"]\n\tverify = true\n"
        ),
        (
            "[prompt \"git.example.com\"]\n# mine\n\tmode = ask\n",
            "[prompt \"git.example.com\"]\n# mine\n"
        ),
        ("[prompt \"git.example.com\"] mode = ask\n[x]\n", "[x]\n"),
        ("[prompt]\nmode = ask\n", "[prompt]\nmode = ask\n"),
        ("[x][prompt \"git.example.com\"]\nmode = ask\n", "[x][prompt \"git.example.com\"]\n"),
        (
            "[prompt \"git.example.com\"]\nmode = ask\n[prompt \"git.example.com\"][x]\n",
            "[prompt \"git.example.com\"]\n[prompt \"git.example.com\"][x]\n"
        ),
    ])
    func `a setting is taken away, and its section if that is empty then`(
        before: String, after: String
    ) throws {
        var text = try ConfigurationText(Array(before.utf8), path: "config")
        try text.unset(Self.mode, removingSection: true)
        #expect(String(decoding: text.bytes, as: UTF8.self) == after)
        #expect(text.value(of: Self.mode) == nil)
    }

    @Test func `a section that was there before stays, empty as it may be`() throws {
        var text = try ConfigurationText(
            Array("[prompt \"git.example.com\"]\n\tmode = ask\n".utf8), path: "config")
        try text.unset(Self.mode, removingSection: false)
        #expect(text.bytes == Array("[prompt \"git.example.com\"]\n".utf8))
        #expect(text.hasSection(of: Self.mode))
    }

    @Test(arguments: [
        "plain", "two words", "", " edge ", "a#b", "a;b", "q\"q", "back\\slash", "tab\there",
        "line\nend",
        "ümlaut",
    ])
    func `any value comes back as it was`(value: String) throws {
        let key = ConfigurationKey("oauth", "a \"quoted\\ host", "scopes")
        var text = try ConfigurationText(Array("[x]\ny = z\n".utf8), path: "config")
        try text.set(key, to: value)
        #expect(text.value(of: key) == value)
        try text.set(key, to: "other")
        try text.set(key, to: value)
        #expect(text.value(of: key) == value)
        try text.unset(key, removingSection: true)
        #expect(text.bytes == Array("[x]\ny = z\n".utf8))
    }

    @Test func `what would be no configuration is not written`() throws {
        let home = try TemporaryFolder()
        try home.write(".config/keyfob/config", "[keyfob]\n\tstore = file\n")
        let place = try surroundings(home)
        let error = refusal(
            of: try Configuration.change(place) { (text) throws(CredentialError) in
                try text.set(Self.mode, to: "sometimes")
            })
        #expect(error?.code == .configuration)
        #expect(try home.read(".config/keyfob/config") == "[keyfob]\n\tstore = file\n")
        try Configuration.change(place) { (text) throws(CredentialError) in
            try text.set(Self.mode, to: "oauth")
        }
        let address = try Address(git: Array("git.example.com".utf8))
        #expect(try Configuration(place).prompt.mode(at: address) == .oauth)
    }

    @Test func `an empty file is taken away only where that is asked for`() throws {
        let home = try TemporaryFolder()
        let place = try surroundings(home)
        let set = { (text: inout ConfigurationText) throws(CredentialError) in
            try text.set(Self.mode, to: "ask")
        }
        let unset = { (text: inout ConfigurationText) throws(CredentialError) in
            try text.unset(Self.mode, removingSection: true)
        }
        try Configuration.change(place, set)
        try Configuration.change(place, unset)
        #expect(try home.read(".config/keyfob/config") == "")
        try Configuration.change(place, set)
        try Configuration.change(place, removingEmpty: true, unset)
        #expect(try Configuration.text(place) == nil)
    }
}
