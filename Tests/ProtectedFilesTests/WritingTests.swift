import CredentialCore
import Foundation
import Glibc
import ProtectedFiles
import Synchronization
import Testing

@Suite struct WritingTests {
    private static func content(of folder: TemporaryFolder) throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try folder.names().map { name in
                (name, (try? folder.read(name)) ?? "unreadable")
            })
    }

    private static func replace(
        _ name: String, with text: String, in folder: borrowing Folder
    ) throws(CredentialError) {
        let secret = Secret(copying: Array(text.utf8))
        try secret.withBytes { (bytes) throws(CredentialError) in
            try folder.replace(name, with: bytes)
        }
    }

    @Test(arguments: [0, 1, 4096, 1_000_000])
    func `a new file has the bytes that were written, for its owner alone`(count: Int) throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for durability in [Folder.Durability.flushed, .unflushed] {
            try folder.write("file", bytes, durability: durability)
            #expect(try folder.file("file")?.readAll(limit: count) == bytes)
            let path = "\(temporary.path)/file"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func `what a killed process left is written over, and a planted link is not followed`()
        throws
    {
        let temporary = try TemporaryFolder()
        try temporary.write("target", "theirs")
        try temporary.link("file", to: "\(temporary.path)/target")
        let folder = try Folder(making: temporary.path)
        try folder.write("file", Array("mine".utf8))
        #expect(try Self.content(of: temporary) == ["target": "theirs", "file": "mine"])
        try temporary.write("left", "a longer text than the next one", mode: 0o644)
        try folder.write("left", Array("short".utf8))
        #expect(try temporary.read("left") == "short")
    }

    @Test func `replacing leaves the new file and nothing else`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        try Self.replace("file", with: "one", in: folder)
        try temporary.write("file.new", "left by a killed process")
        try Self.replace("file", with: "two", in: folder)
        #expect(try Self.content(of: temporary) == ["file": "two"])
    }

    @Test func `a reader sees the old bytes or the new ones`() throws {
        let temporary = try TemporaryFolder()
        let texts = [String(repeating: "a", count: 100_000), String(repeating: "b", count: 300)]
        let folder = try Folder(making: temporary.path)
        try Self.replace("file", with: texts[0], in: folder)
        let isDone = Atomic(false)
        let seen = Mutex<Set<String>>([])
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            if index == 0 {
                // On a busy machine the reader may sleep through many rounds.
                for round in 0..<20_000 where round < 60 || seen.withLock({ $0.count < 2 }) {
                    try? Self.replace("file", with: texts[round % 2], in: folder)
                }
                isDone.store(true, ordering: .sequentiallyConsistent)
            } else {
                repeat {
                    let text = (try? temporary.read("file")) ?? "missing"
                    seen.withLock { _ = $0.insert(text) }
                } while !isDone.load(ordering: .sequentiallyConsistent)
            }
        }
        #expect(seen.withLock { $0 } == Set(texts))
    }

    @Test func `a write that there is no room for leaves nothing behind`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        try folder.write("file", Array("old".utf8))
        // More than any disk has: it is refused before a byte of it is read.
        let claimed = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 8), count: 1 << 60)
        let error = refusal { () throws(CredentialError) in
            try folder.replace("file", with: claimed)
        }
        #expect(error?.code == .system)
        #expect(["EFBIG", "ENOSPC"].contains { error?.problem.contains($0) == true })
        #expect(try Self.content(of: temporary) == ["file": "old"])
        try Self.replace("file", with: "new", in: folder)
        #expect(try Self.content(of: temporary) == ["file": "new"])
    }

    @Test func `what cannot be put in its place leaves nothing behind`() throws {
        let temporary = try TemporaryFolder()
        try temporary.make("file")
        let folder = try Folder(making: temporary.path)
        let error = refusal { () throws(CredentialError) in
            try Self.replace("file", with: "new", in: folder)
        }
        #expect(error?.code == .system)
        #expect(error?.problem.contains("EISDIR") == true)
        #expect(try temporary.names() == ["file"])
        try Self.replace("other", with: "new", in: folder)
        #expect(try temporary.read("other") == "new")
    }

    @Test func `lines that many append are whole`() throws {
        let temporary = try TemporaryFolder()
        let folder = try Folder(making: temporary.path)
        DispatchQueue.concurrentPerform(iterations: 8) { writer in
            for _ in 0..<100 {
                let line = String(repeating: "\(writer)", count: 200) + "\n"
                folder.append(to: "log", Array(line.utf8))
            }
        }
        let lines = try temporary.read("log").split(separator: "\n")
        #expect(lines.count == 800)
        #expect(lines.allSatisfy { $0.count == 200 && Set($0).count == 1 })
    }

    @Test func `nothing is appended through a link`() throws {
        let temporary = try TemporaryFolder()
        try temporary.write("target", "theirs")
        try temporary.link("log", to: "\(temporary.path)/target")
        let folder = try Folder(making: temporary.path)
        folder.append(to: "log", Array("line\n".utf8))
        folder.append(to: "other", Array("line\n".utf8))
        #expect(try temporary.read("target") == "theirs")
        #expect(try temporary.read("other") == "line\n")
    }
}
