import Configuration
import CredentialCore
import Foundation
import Testing

/// The working directory belongs to the whole process, so these run one after another, and nothing
/// else here depends on it.
@Suite(.serialized) struct ScopeInEffectTests {
    private static let program = "git-credential-keyfob"

    private static func scope(
        _ home: TemporaryFolder, startedAs name: String = program, in folder: String? = nil,
        _ variables: [String: String] = [:]
    ) throws -> String {
        let surroundings = try surroundings(home, variables, program: "/usr/bin/\(name)")
        let configuration = try Configuration(surroundings)
        let before = FileManager.default.currentDirectoryPath
        defer { _ = FileManager.default.changeCurrentDirectoryPath(before) }
        #expect(FileManager.default.changeCurrentDirectoryPath(folder ?? home.path))
        return try configuration.scopeInEffect(for: program, surroundings).text
    }

    private static func home() throws -> TemporaryFolder {
        let home = try TemporaryFolder()
        for folder in ["work/payments/deep", "workshop", "elsewhere", "outside"] {
            try home.make(folder)
        }
        try home.link("shortcut", to: "\(home.path)/work/payments")
        try home.link("elsewhere/link", to: "\(home.path)/elsewhere")
        try home.write(
            ".config/keyfob/config",
            """
            [link "work"]
                scope = acme/link
            [scope "acme/payments"]
                path = ~/work/payments
            [scope "acme"]
                path = ~/work
            [scope "linked"]
                path = ~/elsewhere/link
            [scope "gone"]
                path = ~/gone
            """)
        return home
    }

    @Test(arguments: [
        ("no folder of a scope", "", ""), ("the folder itself", "work", "acme"),
        ("a folder in it", "work/payments", "acme/payments"),
        ("the longest that holds it", "work/payments/deep", "acme/payments"),
        ("a folder that only begins like it", "workshop", ""),
        ("a link to the folder", "shortcut", "acme/payments"),
        ("a folder whose scope names a link", "elsewhere", "linked"),
        ("another folder", "outside", ""),
    ])
    func `the scope of the working directory is that of the longest folder it lies in`(
        reason: String, folder: String, expected: String
    ) throws {
        let home = try Self.home()
        #expect(try Self.scope(home, in: "\(home.path)/\(folder)") == expected)
    }

    @Test func `a folder that holds everything comes last`() throws {
        let home = try TemporaryFolder()
        try home.make("work")
        try home.write(
            ".config/keyfob/config", "[scope \"a\"]\npath = ~/work\n[scope \"root\"]\npath = /\n")
        #expect(try Self.scope(home, in: "\(home.path)/work") == "a")
        #expect(try Self.scope(home, in: "/") == "root")
    }

    @Test func `a link's scope comes before the environment's, that before the folder's`() throws {
        let home = try Self.home()
        let work = "\(home.path)/work"
        let named = ["KEYFOB_SCOPE": "env"]
        #expect(
            try Self.scope(home, startedAs: "\(Self.program)-work", in: work, named) == "acme/link")
        #expect(try Self.scope(home, in: work, named) == "env")
        #expect(try Self.scope(home, in: work) == "acme")
        #expect(try Self.scope(home) == "")
    }

    @Test func `an empty scope in the environment means none`() throws {
        let home = try Self.home()
        #expect(try Self.scope(home, in: "\(home.path)/work", ["KEYFOB_SCOPE": ""]) == "")
    }

    @Test func `a scope in the environment that is none is refused`() throws {
        let error = try #require(
            refusal(of: try Self.scope(try Self.home(), ["KEYFOB_SCOPE": "a//b"])))
        #expect(error.code == .configuration)
        #expect(error.problem.hasPrefix("KEYFOB_SCOPE: "))
    }

    @Test(arguments: ["play", "Work", "work-2", "-work"])
    func `a link that the configuration does not know is an error`(link: String) throws {
        let home = try Self.home()
        let error = try #require(
            refusal(
                of: try Self.scope(
                    home, startedAs: "\(Self.program)-\(link)", ["KEYFOB_SCOPE": "env"])))
        #expect(error.code == .configuration)
        #expect(error.message.contains("[link \"\(link)\"]"))
        #expect(try Self.scope(home, startedAs: "\(Self.program)-work") == "acme/link")
    }

    @Test(arguments: ["keyfob", "docker-credential-keyfob-work", "git-credential-keyfobwork"])
    func `another program's name is no link of this one`(name: String) throws {
        #expect(try Self.scope(try Self.home(), startedAs: name) == "")
    }
}
