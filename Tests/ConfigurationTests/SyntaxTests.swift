import CredentialCore
import Testing

@testable import Configuration

@Suite struct SyntaxTests {
    @Test(arguments: [
        ("a value is trimmed", "k = a b  ", "a b"), ("spaces inside count", "k = a   b", "a   b"),
        ("quotes keep spaces", "k = \" a \"", " a "), ("quotes join", "k = a\" b\"c", "a bc"),
        ("quotes may hold nothing", "k = \"\"", ""), ("nothing is a value", "k =", ""),
        ("a key alone is true", "k", "true"), ("no space is needed", "k=v", "v"),
        ("escapes", "k = a\\tb\\nc\\\\d\\\"e\\bf", "a\tb\nc\\d\"e\u{8}f"),
        ("escapes in quotes", "k = \"a\\tb\\\\\"", "a\tb\\"),
        ("a comment ends a value", "k = a # b", "a"), ("so does a semicolon", "k = a;b", "a"),
        ("none begins in quotes", "k = \"a # b; c\"", "a # b; c"),
        ("a line goes on after a backslash", "k = a \\\n  b", "a   b"),
        ("also after a carriage return", "k = a\\\r\nb\r\n", "ab"),
        ("a carriage return ends no value", "k = a\r\n", "a"),
        ("other bytes are kept", "k = \u{E9}\u{20AC}", "\u{E9}\u{20AC}"),
        ("an equals sign is a byte", "k = a=b", "a=b"), ("a bracket too", "k = [a]", "[a]"),
    ])
    func `a value is read as git reads it`(reason: String, line: String, value: String) throws {
        let entries = try entries("[s]\n\(line)\n[other]\nlast = 1\n")
        #expect(entries.map(\.value) == [value, "1"])
        #expect(entries.map(\.key) == ["k", "last"])
    }

    @Test func `sections and keys have no case, subsections have`() throws {
        let entries = try entries(
            "[Link \"Work \\\"x\\\" \\y\"]\n SCOPE = Acme\n[A.B]k-1=v\n[c]\n[d]x\n")
        #expect(entries.map(\.section) == ["link", "a.b", "d"])
        #expect(entries.map(\.subsection) == ["Work \"x\" y", nil, nil])
        #expect(entries.map(\.key) == ["scope", "k-1", "x"])
        #expect(entries.map(\.value) == ["Acme", "v", "true"])
    }

    @Test func `an entry says on which lines it stands`() throws {
        let entries = try entries("# one\n\n[s]\na = 1\\\n2\\\n3\n\n[t] b = 2\nc\n")
        #expect(entries.map(\.line) == [4, 8, 9])
        #expect(entries.map(\.extent.lastLine) == [6, 8, 9])
    }

    @Test(arguments: [
        ("k = 1", 1, "before any section"), ("[s]\nk = \"a", 2, "quote"),
        ("[s]\nk = \"a\nb\"", 2, "quote"), ("[s]\n\nk = \\x", 3, "escape"), ("[s", 1, "closed"),
        ("\n[s \"a]\n", 2, "quote"), ("[s \"a\\\nb\"]", 1, "quote"), ("[]\nk = 1", 1, "name"),
        ("[s]\nk v", 2, "`=`"), ("[s]\nk # comment", 2, "`=`"), ("[s]\n= v", 2, "key"),
        ("[s]\n1k = v", 2, "key"), ("[s]\n-k = v", 2, "key"), ("[s]\nk_ = v", 2, "`=`"),
        ("[s ]\nk = v", 1, "quote"), ("[s\"a\"]\nk = v", 1, "closed"), ("[s_]\nk = v", 1, "closed"),
        ("[s]\na = 1\\\n2\nb c", 4, "`=`"), ("[s]\n\u{E9} = v", 2, "key"), ("]", 1, "section"),
    ])
    func `what cannot be read is refused with its line`(
        text: String, line: Int, problem: String
    ) throws {
        let error = try #require(refusal(of: try entries(text)))
        #expect(error.code == .configuration)
        #expect(error.message.hasPrefix("config, line \(line): "), "\(error.message)")
        #expect(error.problem.contains(problem), "\(error.message)")
        #expect(refusal(of: try entries("[s]\nk = v\n")) == nil)
    }

    @Test func `a file of nothing, of blanks or of comments has no entries`() throws {
        for text in ["", "\n", " \t\r\n", "# a\n; b", "\u{FEFF}", "\u{FEFF}# a\n[s]"] {
            #expect(try entries(text).isEmpty)
        }
        #expect(try entries("\u{FEFF}[s]k").count == 1)
    }
}
