import CredentialCore
import Foundation
import SealedFile
import Testing

@Suite struct StoreTests {
    @Test func `where nothing was stored there is nothing to open`() throws {
        let home = try Home()
        #expect(try SealedFile.open(home.location) == nil)
        #expect(!(try SealedFile.hasLeftover(home.location)))
        #expect(SealedFile.check(home.location).isEmpty)
        let first = try SealedFile.update(home.location, now: Home.now) { _ in .unchanged }
        #expect(first.changes.isEmpty)
        #expect(home.bytes(home.sealed) == nil)
    }

    @Test func `what was stored answers, and nothing else does`() throws {
        let home = try Home()
        try home.add("a", "registry:reg.example:5000/acme", secret: "hunter2")
        #expect(try home.secret(for: "registry:reg.example:5000/acme") == "hunter2")
        #expect(try home.secret(for: "registry:reg.example:5000/acme/app") == "hunter2")
        #expect(try home.secret(for: "registry:reg.example:5000") == nil)
        #expect(try home.secret(for: "registry:reg.example/acme") == nil)
        #expect(try home.secret(for: "registry:other.example:5000/acme") == nil)
        #expect(try home.secret(for: "git:reg.example:5000/acme") == nil)
        let file = try home.open()
        #expect(file.generation == 1)
        #expect(file.writtenAt == Home.now)
        #expect(file.credentialCount == 1)
        #expect(file.warnings.isEmpty)
        #expect(SealedFile.check(home.location).isEmpty)
    }

    @Test func `a wildcard answers for the hosts it matches`() throws {
        let home = try Home()
        try home.add("star", "registry:*.reg.example", secret: "hunter2", origin: .admin)
        try home.add("host", "registry:b.reg.example", secret: "hunter3", origin: .admin)
        #expect(try home.secret(for: "registry:a.reg.example") == "hunter2")
        #expect(try home.secret(for: "registry:b.reg.example") == "hunter3")
        #expect(try home.secret(for: "registry:a.b.reg.example") == nil)
    }

    @Test func `every file is its owner's alone`() throws {
        let home = try Home()
        try home.add("a", "registry:reg.example", secret: "hunter2")
        try home.add("b", "registry:b.example", secret: "hunter2")
        for path in [home.sealed, home.previous, home.key, home.anchor, home.sealed + ".lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(path)")
        }
        for path in [home.location.dataFolder, home.location.stateFolder] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o700, "\(path)")
        }
    }

    @Test func `nothing that is stored can be read in the file`() throws {
        let home = try Home()
        try home.add("my-name", "registry:reg.example/acme", secret: "hunter2-hunter2")
        let bytes = try #require(home.bytes(home.sealed))
        let text = String(decoding: bytes, as: UTF8.self)
        for word in ["hunter2", "reg.example", "acme", "robot", "my-name", "a test"] {
            #expect(!text.contains(word), "\(word)")
        }
        #expect(text.contains("KFB"))
    }

    @Test func `a changed secret takes the old one's place, and its version is raised`() throws {
        let home = try Home()
        var credential = try home.add("a", "registry:reg.example", secret: "hunter2")
        credential.username = Array("other".utf8)
        credential.updatedAt = Home.now + 1
        let changed = credential
        try SealedFile.update(home.location, now: Home.now) { (draft) throws(CredentialError) in
            try draft.update(changed, SecretFields(.password, primary: Secret("hunter3")))
            return .changed
        }
        #expect(try home.secret(for: "registry:reg.example") == "hunter3")
        let stored = try #require(try home.open().credentials().first)
        credential.version = 2
        #expect(stored == credential)
        #expect(try home.open().generation == 2)
    }

    @Test func `changed metadata leaves the secret as it is`() throws {
        let home = try Home()
        var credential = try home.add("a", "registry:reg.example", secret: "hunter2")
        credential.name = "b"
        credential.bindings = [try Binding(parsing: Array("git:git.example".utf8))]
        let changed = credential
        try SealedFile.update(home.location, now: Home.now) { (draft) throws(CredentialError) in
            try draft.update(changed)
            return .changed
        }
        #expect(try home.secret(for: "git:git.example") == "hunter2")
        #expect(try home.secret(for: "registry:reg.example") == nil)
        #expect(try home.open().credentials() == [credential])
    }

    @Test func `what is removed is gone, and so is the generation that held it`() throws {
        let home = try Home()
        let credential = try home.add("a", "registry:a.example", secret: "hunter2")
        try home.add("b", "registry:b.example", secret: "hunter3")
        #expect(home.bytes(home.previous) != nil)
        try home.remove(credential)
        #expect(try home.secret(for: "registry:a.example") == nil)
        #expect(try home.secret(for: "registry:b.example") == "hunter3")
        #expect(home.bytes(home.previous) == nil)
        #expect(home.bytes(home.new) == nil)
        #expect(refusal(of: try SealedFile.restorePrevious(home.location)) == .notFound)
    }

    @Test func `a change that says it is none writes nothing`() throws {
        let home = try Home()
        let credential = try home.add("a", "registry:a.example", secret: "hunter2")
        let before = home.bytes(home.sealed)
        let written = try SealedFile.update(home.location, now: Home.now) {
            (draft) throws(CredentialError) in
            try draft.remove(credential.id)
            return .unchanged
        }
        #expect(written.changes.isEmpty)
        #expect(home.bytes(home.sealed) == before)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
    }

    @Test func `a change that fails writes nothing`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let before = home.bytes(home.sealed)
        #expect(refusal(of: try home.add("a", "registry:b.example", secret: "x")) == .conflict)
        let tooLong = String(repeating: "x", count: (4 << 20) + 1)
        #expect(refusal(of: try home.add("b", "registry:b.example", secret: tooLong)) == .limit)
        let gone = try login("gone", "registry:c.example")
        #expect(
            refusal(
                of: try SealedFile.update(home.location, now: Home.now) {
                    (draft) throws(CredentialError) in
                    try draft.update(gone)
                    return .changed
                }) == .notFound)
        #expect(home.bytes(home.sealed) == before)
        #expect(home.bytes(home.new) == nil)
        try home.add("b", "registry:b.example", secret: String(tooLong.dropLast()))
        #expect(try home.secret(for: "registry:b.example")?.utf8.count == 4 << 20)
    }

    @Test func `many may write at once, and nothing is lost`() throws {
        let home = try Home()
        DispatchQueue.concurrentPerform(iterations: 4) { writer in
            for round in 0..<5 {
                _ = try? home.add(
                    "\(writer)-\(round)", "registry:\(writer)-\(round).example", secret: "s")
            }
        }
        #expect(try home.open().credentialCount == 20)
        #expect(try home.open().generation == 20)
        #expect(SealedFile.check(home.location).isEmpty)
    }

    @Test func `a file that is open stays the generation it was`() throws {
        let home = try Home()
        let credential = try home.add("a", "registry:a.example", secret: "hunter2")
        let file = try home.open()
        try home.remove(credential)
        #expect(try file.credentials() == [credential])
        #expect(try file.fields(of: credential).primary?.bytes == Array("hunter2".utf8))
        #expect(try home.open().credentials().isEmpty)
    }
}
