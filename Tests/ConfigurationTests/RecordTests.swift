import Configuration
import CredentialCore
import Foundation
import Testing

@Suite struct RecordTests {
    private static let file = ".config/keyfob/config"

    @Test(arguments: [
        ("there is no setting yet", "", "[keyfob]\n\tstore = file\n"),
        (
            "other sections stay", "# mine\n[link \"w\"]\n\tscope = a # c\n",
            "# mine\n[link \"w\"]\n\tscope = a # c\n[keyfob]\n\tstore = file\n"
        ),
        (
            "a last line without an end gets one", "[link \"w\"]\nscope = a",
            "[link \"w\"]\nscope = a\n[keyfob]\n\tstore = file\n"
        ),
        (
            "the setting is replaced in its place",
            "[keyfob]\n\tfallback = none\n\tstore = secret-service\n[x]\ny = z\n",
            "[keyfob]\n\tfallback = none\n\tstore = file\n[x]\ny = z\n"
        ),
        (
            "the last setting is the one that counts",
            "[keyfob]\nstore = file\n[x]\n[Keyfob]\nSTORE = secret-service\n",
            "[keyfob]\nstore = file\n[x]\n[Keyfob]\nSTORE = file\n"
        ),
        (
            "the setting shares its line with the section",
            "[keyfob] store = secret-service\n[x]y\n",
            "[keyfob] store = file\n[x]y\n"
        ),
        (
            "the setting goes over several lines",
            "[keyfob]\nstore = secret\\\n-service\nfallback = none\n",
            "[keyfob]\nstore = file\nfallback = none\n"
        ),
        (
            "another section's key of that name is left",
            "[x]\nstore = y\n[keyfob \"a\"]\nstore = z\n",
            "[x]\nstore = y\n[keyfob \"a\"]\nstore = z\n[keyfob]\n\tstore = file\n"
        ),
    ])
    func `the choice is written and everything else stays as it is`(
        reason: String, before: String, after: String
    ) throws {
        let home = try TemporaryFolder()
        try home.write(Self.file, before)
        try Configuration.record(store: .file, surroundings(home))
        #expect(try home.read(Self.file) == after)
        #expect(try Configuration(surroundings(home)).store == .file)
    }

    @Test(arguments: StoreKind.allCases)
    func `a first choice makes the file, for its owner alone`(store: StoreKind) throws {
        let home = try TemporaryFolder()
        try Configuration.record(store: store, surroundings(home))
        #expect(try Configuration(surroundings(home)).store == store)
        #expect(try Self.mode(home, Self.file) == 0o600)
        #expect(try Self.mode(home, ".config/keyfob") == 0o700)
    }

    @Test func `recording twice changes nothing more`() throws {
        let home = try TemporaryFolder()
        try Configuration.record(store: .file, surroundings(home))
        let once = try home.read(Self.file)
        try Configuration.record(store: .file, surroundings(home))
        #expect(try home.read(Self.file) == once)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(home.path)/.config/keyfob")
        #expect(names == ["config"])
    }

    @Test func `a linked file is written where the link leads`() throws {
        let home = try TemporaryFolder()
        let real = try home.write("dotfiles/keyfob.conf", "[link \"w\"]\nscope = a\n", mode: 0o600)
        try home.make(".config/keyfob")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(home.path)/dotfiles")
        try home.link(Self.file, to: real)
        try Configuration.record(store: .file, surroundings(home))
        #expect(try home.read("dotfiles/keyfob.conf").contains("store = file"))
        let link = "\(home.path)/\(Self.file)"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == real)
    }

    @Test(arguments: ["[keyfob\n", "store = file\n", "[keyfob]\nstore = \"\n"])
    func `a file that cannot be read is left as it is`(content: String) throws {
        let home = try TemporaryFolder()
        try home.write(Self.file, content)
        let error = refusal(of: try Configuration.record(store: .file, surroundings(home)))
        #expect(error?.code == .configuration)
        #expect(try home.read(Self.file) == content)
    }

    private static func mode(_ home: TemporaryFolder, _ name: String) throws -> Int? {
        let path = "\(home.path)/\(name)"
        return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
