import CredentialCore
import SealedFile
import Testing

@Suite struct KeyTests {
    @Test func `rotated keys open the same secrets under a new file id`() throws {
        let home = try Home()
        let credential = try home.add("a", "registry:a.example", secret: "hunter2")
        let (file, key, anchor) = (
            home.bytes(home.sealed), home.bytes(home.key), home.bytes(home.anchor)
        )
        try SealedFile.rotateKeys(home.location, locks: [.keyFile], now: Home.now)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        #expect(try home.open().credentials() == [credential])
        #expect(try home.open().generation == 2)
        #expect(home.bytes(home.previous) == nil)
        #expect(home.bytes(home.key)?.count == key?.count)
        #expect(home.bytes(home.key) != key)
        #expect(home.bytes(home.sealed)?[16..<32] != file?[16..<32])
        #expect(SealedFile.check(home.location).isEmpty)
        // The old copy opens with the old key alone.
        let new = home.bytes(home.sealed)
        try home.put(file, at: home.sealed)
        #expect(refusal(of: try home.open()) == .wrongKey)
        try home.put(new, at: home.sealed)
        try home.put(key, at: home.key)
        #expect(refusal(of: try home.open()) == .wrongKey)
        try home.put(file, at: home.sealed)
        try home.put(anchor, at: home.anchor)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
    }

    @Test func `keys of nothing cannot be rotated`() throws {
        let home = try Home()
        #expect(
            refusal(
                of: try SealedFile.rotateKeys(home.location, locks: [.keyFile], now: Home.now))
                == .notFound)
    }

    @Test func `while keys are rotated either of the two opens the file`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let (file, key, anchor) = (
            home.bytes(home.sealed), home.bytes(home.key), home.bytes(home.anchor)
        )
        try SealedFile.rotateKeys(home.location, locks: [.keyFile], now: Home.now)
        let (newFile, newKey) = (home.bytes(home.sealed), home.bytes(home.key))
        let both = try #require(key) + (try #require(newKey)).dropFirst(8)
        try home.put(both, at: home.key)
        // Killed before the file was replaced:
        try home.put(file, at: home.sealed)
        try home.put(anchor, at: home.anchor)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        // Killed before the anchor was:
        try home.put(newFile, at: home.sealed)
        try home.put(anchor, at: home.anchor)
        #expect(try home.open().warnings.isEmpty)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        // The anchor speaks of the new file now, so the old one is an older copy.
        try home.put(file, at: home.sealed)
        #expect(refusal(of: try home.open()) == .older)
    }

    @Test func `a lost key file comes back from the store, if another key opens that`() throws {
        let keys = try Home()
        let external = try keys.writeKeyFile(1)
        let home = try Home(externalKeyFile: external)
        try home.add("a", "registry:a.example", secret: "hunter2")
        let key = home.bytes(home.key)
        try home.put(nil, at: home.key)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        try SealedFile.restoreKeyFile(home.location) { Secret("unused") }
        #expect(home.bytes(home.key) == key)
        #expect(try home.open().warnings.isEmpty)
    }

    @Test func `a lost key file comes back with the passphrase and not with another`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        try SealedFile.rotateKeys(
            home.location, locks: [.passphrase(Secret("correct horse"))], now: Home.now)
        let key = home.bytes(home.key)
        try home.put(nil, at: home.key)
        #expect(refusal(of: try home.open()) == .locked)
        #expect(
            refusal(of: try SealedFile.restoreKeyFile(home.location) { Secret("wrong horse") })
                == .wrongKey)
        #expect(home.bytes(home.key) == nil)
        try SealedFile.restoreKeyFile(home.location) { Secret("correct horse") }
        #expect(home.bytes(home.key) == key)
    }

    @Test func `a lost key file that was the only key stays lost`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let key = home.bytes(home.key)
        try home.put(nil, at: home.key)
        #expect(refusal(of: try home.open()) == .locked)
        #expect(
            refusal(of: try SealedFile.restoreKeyFile(home.location) { Secret("any") })
                == .wrongKey)
        try home.put(key, at: home.key)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
    }
}
