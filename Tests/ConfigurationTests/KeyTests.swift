import Configuration
import CredentialCore
import Testing

@Suite struct KeyTests {
    @Test(
        arguments: [
            ("", nil), ("[keyfob]\nstore = file\n", .file),
            ("[keyfob]\nstore = secret-service\n", .secretService),
            ("[KEYFOB]\nSTORE = file\n", .file),
            ("[keyfob]\nstore = secret-service\nstore = file\n", .file),
        ] as [(String, StoreKind?)])
    func `the store is the one set last`(text: String, store: StoreKind?) throws {
        #expect(try configuration(text).store == store)
        #expect(try !configuration(text).storeIsFromEnvironment)
    }

    @Test func `the environment comes before the file, unless it is empty`() throws {
        let text = "[keyfob]\nstore = secret-service\n"
        let set = try configuration(text, ["KEYFOB_STORE": "file"])
        #expect(set.store == .file)
        #expect(set.storeIsFromEnvironment)
        let empty = try configuration(text, ["KEYFOB_STORE": ""])
        #expect(empty.store == .secretService)
        #expect(!empty.storeIsFromEnvironment)
        let error = try #require(
            refusal(of: try configuration(text, ["KEYFOB_STORE": "plaintext"])))
        #expect(error.code == .configuration)
        #expect(error.problem.contains("KEYFOB_STORE"))
    }

    @Test(arguments: [
        ("", false), ("[keyfob]\nfallback = file\n", true), ("[keyfob]\nfallback = none\n", false),
        ("[keyfob]\nfallback = file\nfallback = none\n", false),
    ])
    func `the sealed file is a fallback only where that is said`(text: String, falls: Bool) throws {
        #expect(try configuration(text).fallsBackToFile == falls)
    }

    @Test func `a link and a folder stand for a scope`() throws {
        let home = try TemporaryFolder()
        try home.write(
            ".config/keyfob/config",
            "[link \"work\"]\nscope = acme/dev\n[scope \"acme\"]\npath = ~/work\npath = /srv\n")
        let configuration = try Configuration(surroundings(home))
        #expect(configuration.links == ["work": try Scope("acme/dev".utf8)])
        #expect(configuration.folders.map(\.path) == ["\(home.path)/work", "/srv"])
        #expect(configuration.folders.map(\.scope.text) == ["acme", "acme"])
        #expect(configuration.unknownKeys.isEmpty)
    }

    @Test(arguments: [
        ("[keyfob]\nstore = plain", "not a store"), ("[keyfob]\nstore", "not a store"),
        ("[keyfob]\nstore = File", "not a store"), ("[keyfob]\nfallback = yes", "fallback"),
        ("[link \"a\"]\nscope = a//b", "not a scope"),
        ("[scope \"../x\"]\npath = /srv", "not a scope"),
        ("[scope \"a\"]\npath = work", "not an absolute path"),
        ("[scope \"a\"]\npath = ~other/x", "not an absolute path"),
        ("[scope \"a\"]\npath = ", "not an absolute path"),
    ])
    func `a value that cannot be followed is refused with file and line`(
        text: String, problem: String
    ) throws {
        let error = try #require(refusal(of: try configuration(text)))
        #expect(error.code == .configuration)
        #expect(error.problem.contains("/.config/keyfob/config, line 2"))
        #expect(error.problem.contains(problem))
        #expect(refusal(of: try configuration("[keyfob]\nstore = file")) == nil)
    }

    @Test(arguments: [
        ("[keyfob]\nstor = file", "keyfob.stor"), ("[link]\nscope = a", "link.scope"),
        ("[keyfob \"x\"]\nstore = file", "keyfob.x.store"), ("[scope]\npath = /srv", "scope.path"),
        ("[new \"Thing\"]\nkey = 1", "new.Thing.key"), ("[link \"a\"]\npath = a", "link.a.path"),
    ])
    func `a key that means nothing is named and changes nothing`(text: String, key: String) throws {
        let configuration = try configuration(text)
        #expect(configuration.unknownKeys.count == 1)
        let named = try #require(configuration.unknownKeys.first)
        #expect(named.hasPrefix("\(key) ("))
        #expect(named.hasSuffix("/.config/keyfob/config, line 2)"))
        #expect(configuration.store == nil)
        #expect(configuration.links.isEmpty)
        #expect(configuration.folders.isEmpty)
    }

    @Test(arguments: [(0o644, true), (0o600, true), (0o664, false), (0o646, false), (0o666, false)])
    func `a file that others can write is refused with the command that mends it`(
        mode: Int, isRead: Bool
    ) throws {
        let home = try TemporaryFolder()
        let file = try home.write(".config/keyfob/config", "[keyfob]\nstore = file", mode: mode)
        let error = refusal(of: try Configuration(surroundings(home)))
        #expect((error == nil) == isRead)
        guard let error else { return }
        #expect(error.code == .unsafeFile)
        #expect(error.remedy?.contains("chmod") == true && error.message.contains(file))
    }

    @Test func `a file beyond the limit is refused`() throws {
        let comment = "# " + String(repeating: "x", count: ConfigurationSyntax.limit) + "\n"
        #expect(refusal(of: try configuration(comment))?.code == .limit)
        let shorter = String(comment.dropFirst(2 + 3))
        #expect(refusal(of: try configuration("#" + shorter)) == nil)
    }
}
