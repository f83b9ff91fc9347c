import CredentialCore
import Foundation
import Glibc
import ProtectedFiles
import Synchronization
import Testing

@Suite struct LockTests {
    /// Another process that holds the lock until it is told to end.
    private final class Holder {
        private let process = Process()
        private let input = Pipe()

        init(_ path: String) throws {
            process.executableURL = URL(filePath: "/usr/bin/env")
            // `-o`: the command that flock runs does not hold the lock, flock itself does.
            process.arguments = ["flock", "-o", path, "sh", "-c", "echo held; cat"]
            process.standardInput = input
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            #expect(output.fileHandleForReading.readData(ofLength: 5) == Data("held\n".utf8))
        }

        func end() throws {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }

        func kill() throws {
            Glibc.kill(process.processIdentifier, SIGKILL)
            try end()
        }
    }

    /// Whether another process gets the lock at once.
    private static func isFree(_ path: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["flock", "-n", path, "true"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test func `a lock that another process holds is waited for, then given up`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        let path = try temporary.write("lock", "", mode: 0o600)
        let holder = try Holder(path)
        var didRun = false
        let start = ContinuousClock.now
        let error = refusal { () throws(CredentialError) in
            try folder.withLock("lock", deadline: 200) { didRun = true }
        }
        #expect(ContinuousClock.now - start > .milliseconds(150))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains(path) == true)
        #expect(try folder.withLockIfFree("lock") { didRun = true } == nil)
        #expect(!didRun)
        try holder.end()
        #expect(try folder.withLock("lock", deadline: 5000) { 1 } == 1)
        #expect(try folder.withLockIfFree("lock") { 2 } == 2)
    }

    @Test func `a lock is got as soon as its holder is killed`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        let holder = try Holder(try temporary.write("lock", "", mode: 0o600))
        #expect(try folder.withLockIfFree("lock") { 1 } == nil)
        try holder.kill()
        #expect(try folder.withLock("lock", deadline: 5000) { 1 } == 1)
    }

    @Test func `a lock excludes other processes while it is held, and is given back`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        let path = "\(temporary.path)/lock"
        let isFree = try folder.withLock("lock") { Result { try Self.isFree(path) } }.get()
        #expect(!isFree)
        #expect(try Self.isFree(path))
        let failure = CredentialError(.conflict, "no")
        #expect(
            refusal { () throws(CredentialError) in
                try folder.withLock("lock") { () throws(CredentialError) in throw failure }
            } == failure)
        #expect(try Self.isFree(path))
        #expect(try temporary.names() == ["lock"], "a lock file is permanent")
    }

    @Test func `whoever has the lock is alone`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        try folder.write("count", Array("0".utf8))
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<10 {
                try? folder.withLock("lock") { () throws(CredentialError) in
                    let bytes = try folder.file("count")?.readAll(limit: 10) ?? []
                    let count = Int(String(decoding: bytes, as: UTF8.self)) ?? 0
                    try folder.write("count", Array("\(count + 1)".utf8), durability: .unflushed)
                }
            }
        }
        #expect(try temporary.read("count") == "40")
    }

    @Test func `what is no regular file cannot be locked`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        #expect(mkfifo("\(temporary.path)/fifo", 0o600) == 0)
        try temporary.link("link", to: "\(temporary.path)/target")
        try temporary.make("folder")
        for name in ["fifo", "link", "folder"] {
            let error = refusal { () throws(CredentialError) in
                try folder.withLock(name) {}
            }
            #expect(error?.code == .unsafeFile, "\(name)")
        }
        #expect(try temporary.names() == ["fifo", "folder", "link"])
        #expect(refusal { () throws(CredentialError) in try folder.withLock("lock") {} } == nil)
    }
}
