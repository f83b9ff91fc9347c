import CredentialCore
import Foundation
import Glibc
import ProtectedFiles
import Testing

@Suite struct FileRuleTests {
    @Test(arguments: [
        (
            FileRule.secret, [0o600, 0o400, 0o700],
            [0o640, 0o660, 0o604, 0o610, 0o601, 0o666, 0o620]
        ),
        (.configuration, [0o600, 0o644, 0o444, 0o755], [0o664, 0o646, 0o666, 0o620, 0o602]),
        (.namedKey, [0o600, 0o640, 0o440, 0o400], [0o644, 0o660, 0o604, 0o650, 0o601]),
    ])
    func `a file is read only if nobody else may do what they must not`(
        rule: FileRule, allowed: [Int], refused: [Int]
    ) throws {
        let folder = try TemporaryFolder()
        for mode in allowed {
            let path = try folder.write("allowed-\(mode)", "x", mode: mode)
            #expect(refusal(ofOpening: path, as: rule) == nil, "\(String(mode, radix: 8))")
        }
        for mode in refused {
            let path = try folder.write("refused-\(mode)", "x", mode: mode)
            let error = refusal(ofOpening: path, as: rule)
            #expect(error?.code == .unsafeFile, "\(String(mode, radix: 8))")
            #expect(error?.remedy?.contains("chmod") == true)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test(arguments: [FileRule.secret, .configuration, .namedKey])
    func `only a regular file is one, and none blocks`(rule: FileRule) throws {
        let folder = try TemporaryFolder()
        let regular = try folder.write("regular", "x", mode: 0o600)
        #expect(refusal(ofOpening: regular, as: rule) == nil)
        let fifo = "\(folder.path)/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        for path in [fifo, try folder.make("folder"), "/dev/null"] {
            let error = refusal(ofOpening: path, as: rule)
            #expect(error?.code == .unsafeFile, "\(path)")
            #expect(error?.message.contains(path) == true)
        }
        #expect(refusal(ofOpening: "\(folder.path)/missing", as: rule)?.code == .notFound)
    }

    @Test(arguments: [
        (FileRule.secret, false), (.configuration, true), (.namedKey, true),
    ])
    func `a link is followed only where the file was named by the user`(
        rule: FileRule, isFollowed: Bool
    ) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "x", mode: 0o600)
        try folder.link("link", to: file)
        let error = refusal(ofOpening: "\(folder.path)/link", as: rule)
        #expect(error?.code == (isFollowed ? nil : .unsafeFile))
        #expect(refusal(ofOpening: file, as: rule) == nil)
        try folder.link("fifo-link", to: "/dev/null")
        #expect(refusal(ofOpening: "\(folder.path)/fifo-link", as: rule)?.code == .unsafeFile)
    }

    @Test func `another user's file is refused`() throws {
        let folder = try TemporaryFolder()
        let path = anotherUsers(try folder.write("file", "x", mode: 0o600))
        let error = refusal(ofOpening: path, as: .secret)
        #expect(error?.code == .unsafeFile)
        #expect(error?.problem.contains("another user") == true)
        let own = try folder.write("own", "x", mode: 0o600)
        #expect(refusal(ofOpening: own, as: .secret) == nil)
    }

    @Test func `configuration may be root's`() {
        #expect(refusal(ofOpening: "/etc/passwd", as: .configuration) == nil)
    }

    @Test func `a secret file has one name only`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "x", mode: 0o600)
        #expect(refusal(ofOpening: path, as: .secret) == nil)
        #expect(Glibc.link(path, "\(folder.path)/second") == 0)
        #expect(refusal(ofOpening: path, as: .secret)?.code == .unsafeFile)
        #expect(refusal(ofOpening: path, as: .configuration) == nil)
        #expect(unlink("\(folder.path)/second") == 0)
        #expect(refusal(ofOpening: path, as: .secret) == nil)
    }
}
