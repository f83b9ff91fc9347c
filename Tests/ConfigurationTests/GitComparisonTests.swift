import Configuration
import CredentialCore
import Foundation
import Testing

/// Reads the same files with `git config`, and expects the same entries or a refusal by both.
@Suite struct GitComparisonTests {
    @Test(arguments: [
        "", "[s]\n", "[s]\nk = v\n", "[S]\nKey=Value\n", "[s]k=v", "[s]\tk\t=\tv\t\n", "[s]\nk\n",
        "[s]\nk =\n", "[s]\nk = \"\"\n", "[s \"Sub Section\"]\nk = v\n",
        "[s \"a\\\"b\\\\c\\d\"]k=v",
        "[s.sub]\nk = v\n", "[S.Sub]\nk = v\n", "[s-1]\nk-1 = v\n", "[s \"\"]k=v\n",
        "[s   \"x\"]k=v\n", "[a]\nk=1\n[b]\nk=2\n[a]\nk=3\n", "[a]k=1\n[b]k=2\n[c][d]k=4\n",
        "# c\n; c\n[s] # c\nk = v # c\n", "[s]\nk = v ; c\n", "[s]\nk = \"v # c\"\n",
        "[s]\nk = a#b\n", "[s]\nk = a;b\n", "[s]\nk = a b  c   \n", "[s]\nk = \" a \"\n",
        "[s]\nk = a\" b \"c\n", "[s]\nk = a \"\" \n", "[s]\nk = \"\" a\n",
        "[s]\nk = a\\tb\\nc\\bd\n",
        "[s]\nk = \\\\ \\\"\n", "[s]\nk = a\\\nb\n", "[s]\nk = a \\\n  b \\\n  c\n",
        "[s]\nk = \\\n  a\n", "[s]\nk = \"a\\\nb\"\n", "[s]\nk = a\\", "[s]\nk = a \\\n",
        "[s]\r\nk = v\r\n", "[s]\r\nk = a\\\r\nb\r\n", "[s]\r\nk\r\n", "\u{FEFF}[s]\nk = v\n",
        "[s]\nk = \u{E9}\u{20AC}\u{1F511}\n", "[s \"\u{E9}\"]\nk = v\n", "[s]\nk = a=b=c\n",
        "[s]\nk = [x]\n", "[s]\nk = v", "\n\n[s]\n\n\nk = v\n\n", "[s]\nk = # c\n",
        "[s]\nk = v \\# c\n",
        // Refused:
        "[s]\nk v\n", "[s]\nk # c\n", "[s]\nk = \"a\n", "[s]\nk = \"a\nb\"\n", "[s]\nk = \\x\n",
        "[s\n",
        "[s\nk = v\n", "[s ]\nk = v\n", "[s \"a]\n", "[s \"a\"", "[s\"a\"]\n", "[s \"a\" ]\n",
        "[s_]\nk = v\n", "[ s]\nk = v\n", "[s]\n1k = v\n", "[s]\n-k = v\n", "[s]\nk_ = v\n",
        "[s]\n= v\n",
        "[s \"a\\\nb\"]\nk = v\n", "[s]\n\u{E9} = v\n", "[s]\n]\n", "[s]\n\"k\" = v\n",
        "[s]\n.k = v\n",
        "[s]\nk\u{FEFF} = v\n", "[s x]\nk = v\n", "[s]\rk = v\n",
    ])
    func `a file is read as git reads it`(text: String) throws {
        let folder = try TemporaryFolder()
        #expect(try Self.ours(text) == (try Self.gits(text, in: folder)))
    }

    @Test func `files put together at random are read as git reads them`() throws {
        let pieces = [
            "[s]\n", "[s \"a b\"]\n", "[S.t]", "k = ", "k=", "k\n", "Key-1 = ", "v", " ", "  ",
            "\"",
            "\"x y\"", "\\\n", "\\n", "\\\"", "#", "; c", "\n", "\r\n", "\\t", "[", "]", "=", "1",
        ]
        var generator = SeededGenerator(seed: 1)
        let folder = try TemporaryFolder()
        var (read, refused) = (0, 0)
        for _ in 0..<400 {
            let length = Int.random(in: 0...9, using: &generator)
            var text = "[s]\n"
            for _ in 0..<length { text += pieces.randomElement(using: &generator) ?? "" }
            let ours = try Self.ours(text)
            #expect(ours == (try Self.gits(text, in: folder)), "\(text.debugDescription)")
            if ours == nil { refused += 1 } else { read += 1 }
        }
        #expect(read > 50 && refused > 50)
    }

    /// One entry as both can say it.
    struct Entry: Hashable {
        let key: String
        let value: String
    }

    private static func ours(_ text: String) throws -> [Entry]? {
        do {
            return try entries(text).map { entry in
                let subsection = entry.subsection.map { ".\($0)" } ?? ""
                return Entry(
                    key: "\(entry.section)\(subsection).\(entry.key)", value: entry.value)
            }
        } catch let error as CredentialError where error.code == .configuration {
            return nil
        }
    }

    private static func gits(_ text: String, in folder: TemporaryFolder) throws -> [Entry]? {
        let file = try folder.write("config", text)
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "config", "-f", file, "--list", "-z"]
        git.currentDirectoryURL = URL(filePath: folder.path)
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\0").map { entry in
            let parts = entry.split(
                separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            // git prints a key alone without a value; it means true.
            return Entry(key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "true")
        }
    }
}
