import CredentialCore
import Foundation
import Glibc
import ProtectedFiles
import Testing

@Suite struct ReadingTests {
    @Test(arguments: [(0, 0, ""), (3, 0, "abc"), (3, 3, "def"), (6, 0, "abcdef"), (0, 6, "")])
    func `a piece of a file is read from its place`(count: Int, offset: Int, piece: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "abcdef", mode: 0o600)
        let file = try opened(path)
        #expect(try file.read(count, at: offset) == Array(piece.utf8))
        #expect(file.length == 6)
    }

    @Test(arguments: [(7, 0), (1, 6), (0, 7), (-1, 0), (1, -1), (Int.max, 1), (1, Int.max)])
    func `what lies outside a file is damage, never a trap`(count: Int, offset: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "abcdef", mode: 0o600)
        #expect(
            refusal { () throws(CredentialError) in
                _ = try opened(path).read(count, at: offset)
            }?.code == .damaged)
    }

    @Test func `a file that became shorter is damage`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "abcdef", mode: 0o600)
        let file = try opened(path)
        #expect(try file.read(6, at: 0).count == 6)
        #expect(truncate(path, 3) == 0)
        do throws(CredentialError) {
            _ = try file.read(6, at: 0)
            Issue.record("bytes that are not there were read")
        } catch {
            #expect(error.code == .damaged)
        }
    }

    @Test func `a whole file is read up to a limit, into secret memory if asked`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "abcdef", mode: 0o600)
        let file = try opened(path)
        #expect(try file.readAll(limit: 6) == Array("abcdef".utf8))
        #expect(try file.readSecret(limit: 6).withBytes { Array($0) } == Array("abcdef".utf8))
        for read in ["all", "secret"] {
            do throws(CredentialError) {
                if read == "all" { _ = try file.readAll(limit: 5) }
                if read == "secret" { _ = try file.readSecret(limit: 5) }
                Issue.record("more than the limit was read")
            } catch {
                #expect(error.code == .limit)
            }
        }
    }

    @Test func `a file stays the one that was opened, whatever is put in its place`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "first", mode: 0o600)
        let file = try opened(path)
        try FileManager.default.removeItem(atPath: path)
        try folder.write("file", "other", mode: 0o600)
        #expect(try file.readAll(limit: 100) == Array("first".utf8))
        #expect(
            try ProtectedFile(path: path, rule: .secret)?.readAll(limit: 100) == Array("other".utf8)
        )
    }
}
