import CredentialCore
import SealedFile
import Testing

/// The rows of the table in Format.md.
@Suite struct AnchorTests {
    @Test func `the same generation is as it should be`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        #expect(try home.open().warnings.isEmpty)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
    }

    @Test func `an anchor that a crash left behind is advanced`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let behind = home.bytes(home.anchor)
        try home.add("b", "registry:b.example", secret: "hunter3")
        let current = home.bytes(home.anchor)
        try home.put(behind, at: home.anchor)
        #expect(try home.open().warnings.isEmpty)
        #expect(home.bytes(home.anchor) == current)
    }

    @Test func `an older copy put back is noticed, until it is accepted`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let older = home.bytes(home.sealed)
        let removed = try home.open().credentials()[0]
        try home.add("b", "registry:b.example", secret: "hunter3")
        try home.remove(removed)
        try home.put(older, at: home.sealed)
        #expect(refusal(of: try home.open()) == .older)
        #expect(refusal(of: try home.add("c", "registry:c.example", secret: "x")) == .older)
        #expect(SealedFile.check(home.location).map(\.code) == [.older])
        #expect(home.bytes(home.sealed) == older)
        let recovered = try SealedFile.acceptOlder(home.location)
        #expect(recovered.generation == 1)
        #expect(recovered.credentialCount == 1)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
    }

    @Test func `of two generations after one copy only the one last used is taken`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let (file, anchor) = (home.bytes(home.sealed), home.bytes(home.anchor))
        try home.add("b", "registry:b.example", secret: "hunter3")
        let other = home.bytes(home.sealed)
        try home.put(file, at: home.sealed)
        try home.put(anchor, at: home.anchor)
        try home.add("c", "registry:c.example", secret: "hunter4")
        #expect(try home.secret(for: "registry:c.example") == "hunter4")
        try home.put(other, at: home.sealed)
        #expect(refusal(of: try home.open()) == .older)
    }

    @Test func `another file under the same key is noticed`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let other = home.bytes(home.sealed)
        try SealedFile.create(home.location, locks: [.keyFile], replacing: true, now: Home.now)
        #expect(try home.open().credentialCount == 0)
        try home.put(other, at: home.sealed)
        #expect(refusal(of: try home.open()) == .older)
    }

    @Test func `a file that is gone is missed, and is not made anew`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let file = home.bytes(home.sealed)
        try home.put(nil, at: home.sealed)
        #expect(refusal(of: try home.open()) == .older)
        #expect(refusal(of: try home.add("b", "registry:b.example", secret: "x")) == .older)
        #expect(home.bytes(home.sealed) == nil)
        try home.put(file, at: home.sealed)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
    }

    @Test(arguments: ["missing", "another MAC", "too short", "too long", "empty"])
    func `an anchor that says nothing is made anew, with a warning`(fault: String) throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        var bytes = try #require(home.bytes(home.anchor))
        switch fault {
        case "another MAC": bytes[bytes.count - 1] ^= 1
        case "too short": bytes.removeLast()
        case "too long": bytes.append(0)
        default: bytes = []
        }
        try home.put(fault == "missing" ? nil : bytes, at: home.anchor)
        let file = try home.open()
        #expect(file.warnings.count == 1)
        #expect(file.warnings.first?.contains(home.anchor) == true)
        #expect(try file.credentials().count == 1)
        #expect(try home.open().warnings.isEmpty)
        // What was made is an anchor: an older copy is noticed again.
        let older = home.bytes(home.sealed)
        try home.add("b", "registry:b.example", secret: "hunter3")
        try home.put(older, at: home.sealed)
        #expect(refusal(of: try home.open()) == .older)
    }
}
