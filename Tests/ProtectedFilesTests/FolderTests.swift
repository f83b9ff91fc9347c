import CredentialCore
import Foundation
import Glibc
import ProtectedFiles
import Testing

@Suite struct FolderTests {
    @Test(arguments: [(0o700, true), (0o755, true), (0o500, true), (0o770, false), (0o777, false)])
    func `a folder that others can write is refused`(mode: Int, isOpened: Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.make("inner")
        #expect(chmod(path, mode_t(mode)) == 0)
        let error = refusal(ofOpeningFolder: path)
        #expect(error?.code == (isOpened ? nil : .unsafeFile))
        if let error {
            #expect(error.message.contains("chmod 700") && error.message.contains(path))
        }
        #expect(chmod(path, 0o700) == 0)
    }

    @Test func `a folder is a folder of our own, not a link, a file or another user's`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.make("inner")
        #expect(refusal(ofOpeningFolder: path) == nil)
        #expect(refusal(ofOpeningFolder: "\(folder.path)/missing")?.code == .notFound)
        try folder.link("link", to: path)
        #expect(refusal(ofOpeningFolder: "\(folder.path)/link")?.code == .unsafeFile)
        let file = try folder.write("file", "x", mode: 0o600)
        #expect(refusal(ofOpeningFolder: file)?.code == .unsafeFile)
        let other = geteuid() == 0 ? anotherUsers(path) : "/usr"
        #expect(refusal(ofOpeningFolder: other)?.code == .unsafeFile)
    }

    @Test func `a missing folder is made for its owner alone, with those above it`() throws {
        let folder = try TemporaryFolder()
        let shared = try folder.make("shared")
        #expect(chmod(shared, 0o755) == 0)
        let made = try Folder(making: "\(shared)/a/b")
        #expect(made.path == "\(shared)/a/b")
        for (path, mode) in [(shared, 0o755), ("\(shared)/a", 0o700), ("\(shared)/a/b", 0o700)] {
            let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(found as? Int == mode, "\(path)")
        }
        #expect(try Folder(making: "\(shared)/a/b").path == made.path)
    }

    @Test func `a folder cannot be made under a file or through a planted link`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "x", mode: 0o600)
        #expect(
            refusal { () throws(CredentialError) in _ = try Folder(making: "\(file)/a") } != nil)
        try folder.link("link", to: try folder.make("elsewhere"))
        let link = "\(folder.path)/link"
        #expect(refusal { () throws(CredentialError) in _ = try Folder(making: link) } != nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/elsewhere") == [])
    }

    @Test func `removing what is not there is no failure`() throws {
        let temporary = try TemporaryFolder()
        try temporary.write("file", "x")
        let folder = try Folder(making: temporary.path)
        try folder.remove("file")
        #expect(try temporary.names() == [])
        try folder.remove("file")
        try temporary.make("folder")
        let error = refusal { () throws(CredentialError) in try folder.remove("folder") }
        #expect(error?.code == .system)
        #expect(try temporary.names() == ["folder"])
    }

    @Test func `two files are exchanged, or nothing happens`() throws {
        let temporary = try TemporaryFolder()
        try temporary.write("one", "1")
        try temporary.write("other", "2")
        let folder = try Folder(making: temporary.path)
        let didExchange = folder.exchange("one", "other")
        #expect(didExchange)
        #expect(try temporary.read("one") == "2")
        #expect(try temporary.read("other") == "1")
        let didExchangeAgain = folder.exchange("one", "missing")
        #expect(!didExchangeAgain)
        #expect(try temporary.read("one") == "2")
    }

    @Test func `a file is found in the folder that was opened, wherever it is moved`() throws {
        let temporary = try TemporaryFolder()
        try temporary.write("inner/file", "mine", mode: 0o600)
        let folder = try Folder(making: "\(temporary.path)/inner")
        #expect(rename("\(temporary.path)/inner", "\(temporary.path)/moved") == 0)
        try temporary.write("inner/file", "planted", mode: 0o600)
        #expect(try folder.file("file")?.readAll(limit: 100) == Array("mine".utf8))
    }

    @Test func `what a system call failed with is named, with what to do`() {
        let full = SystemFailure.error("cannot write", "/x", number: ENOSPC)
        #expect(full.message.contains("cannot write /x") && full.message.contains("ENOSPC"))
        #expect(full.remedy?.contains("make room") == true)
        #expect(SystemFailure.error("cannot read", "/x", number: EIO).message.contains("EIO"))
        #expect(SystemFailure.error("a", "b", number: EIO, remedy: "c").remedy == "c")
        #expect(full.code == .system)
    }
}
