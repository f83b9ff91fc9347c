import CredentialCore
import Foundation
import SealedFile
import Testing

/// What the catalogue and another store do together: the secret is kept first and named then, and
/// what no catalogue names goes.
@Suite struct OtherStoreTests {
    private let home: Home
    private let store = OtherStore()

    init() throws { home = try Home() }

    @discardableResult
    private func update(
        _ change: (Draft) throws(CredentialError) -> SealedFile.Decision
    ) throws -> SealedFile.Written {
        try SealedFile.update(home.location, now: Home.now, otherStore: store, change)
    }

    private func add(_ name: String, _ secret: String) throws -> Credential {
        var credential = try login(name, "registry:\(name).example")
        credential.store = .secretService
        try update { (draft) throws(CredentialError) in
            try draft.add(credential, SecretFields(.password, primary: Secret(secret)))
            return .changed
        }
        return try #require(try home.open().credentials().first { $0.name == name })
    }

    @Test func `a secret kept elsewhere is in no byte of the file, and found by its locator`()
        throws
    {
        let credential = try add("a", "hunter2hunter2")
        #expect(credential.locator == Array("item 1".utf8))
        #expect(store.secrets == ["hunter2hunter2"])
        let address = try #require(credential.bindings.first).pattern.address
        let candidates = try home.open().candidates(for: address, asking: .registry)
        #expect(candidates.first?.locator == credential.locator)
        let fields = try store.fields(of: SecretReference(try #require(candidates.first)))
        #expect(fields.primary?.matches(Secret("hunter2hunter2")) == true)
    }

    @Test func `a changed secret is a new item, and the old one goes`() throws {
        var credential = try add("a", "old")
        try update { (draft) throws(CredentialError) in
            try draft.update(credential, SecretFields(.password, primary: Secret("new")))
            return .changed
        }
        #expect(store.secrets == ["new"])
        credential = try #require(try home.open().credentials().first)
        #expect((credential.version, credential.locator) == (2, Array("item 2".utf8)))
    }

    @Test func `a write that fails leaves both as they were`() throws {
        let credential = try add("a", "old")
        let before = home.bytes(home.sealed)
        #expect(
            refusal(
                of: try update { (draft) throws(CredentialError) in
                    try draft.update(credential, SecretFields(.password, primary: Secret("new")))
                    throw CredentialError(.system, "the disk is full")
                }) == .system)
        #expect(store.secrets == ["old"])
        #expect(home.bytes(home.sealed) == before)
    }

    @Test func `a change that turns out to be none leaves nothing behind`() throws {
        let credential = try add("a", "old")
        let written = try update { (draft) throws(CredentialError) in
            try draft.update(credential, SecretFields(.password, primary: Secret("new")))
            return .unchanged
        }
        #expect(written.changes.isEmpty)
        #expect(store.secrets == ["old"])
    }

    @Test func `what is removed goes from both, or from neither`() throws {
        let credential = try add("a", "old")
        store.isLocked = true
        #expect(
            refusal(
                of: try update { (draft) throws(CredentialError) in
                    try draft.remove(credential.id)
                    return .changed
                }) == .locked)
        #expect(try home.open().credentials().count == 1)
        store.isLocked = false
        try update { (draft) throws(CredentialError) in
            try draft.remove(credential.id)
            return .changed
        }
        #expect(store.secrets.isEmpty)
        #expect(try home.open().credentials().isEmpty)
    }

    @Test func `a place found for what has been replaced since is not remembered`() throws {
        let credential = try add("a", "old")
        let stale = SecretReference(credential)
        try update { (draft) throws(CredentialError) in
            try draft.update(credential, SecretFields(.password, primary: Secret("new")))
            return .changed
        }
        let current = try #require(try home.open().credentials().first)
        try update { (draft) throws(CredentialError) in
            #expect(!draft.relocate(stale, to: Array("elsewhere".utf8)))
            #expect(draft.relocate(SecretReference(current), to: Array("there".utf8)))
            return .changed
        }
        #expect(try home.open().credentials().first?.locator == Array("there".utf8))
    }

    @Test func `what a killed write left goes with the next change`() throws {
        let credential = try add("a", "old")
        var next = credential
        next.version += 1
        _ = try store.save(next, SecretFields(.password, primary: Secret("killed")))
        #expect(store.secrets == ["killed", "old"])
        try update { (draft) throws(CredentialError) in
            try draft.update(credential, SecretFields(.password, primary: Secret("new")))
            return .changed
        }
        #expect(store.secrets == ["new"])
    }

    @Test func `what cannot be removed after the write is reported`() throws {
        let credential = try add("a", "old")
        var moved = credential
        moved.store = .file
        let written = try update { (draft) throws(CredentialError) in
            let fields = try draft.fields(of: credential)
            try draft.update(moved, fields)
            store.isLocked = true
            return .changed
        }
        #expect(written.leftInOtherStore == ["a"])
        #expect(try home.secret(for: "registry:a.example") == "old")
    }

    @Test func `a secret that moves away is in no generation of the file`() throws {
        try home.add("a", "registry:a.example", secret: "hunter2")
        try home.add("b", "registry:b.example", secret: "hunter3")
        #expect(home.bytes(home.previous) != nil)
        try update { (draft) throws(CredentialError) in
            for var credential in draft.credentials {
                let fields = try draft.fields(of: credential)
                credential.store = .secretService
                try draft.update(credential, fields)
            }
            return .changed
        }
        #expect(home.bytes(home.previous) == nil)
        #expect(store.secrets == ["hunter2", "hunter3"])
        #expect(SealedFile.check(home.location).isEmpty)
    }

    @Test func `metadata is copied to the other store, a suspension is not`() throws {
        var credential = try add("a", "old")
        credential.bindings[0].suspendedUntil = Home.now + 600
        try update { (draft) throws(CredentialError) in
            try draft.update(credential, as: .suspended)
            return .changed
        }
        #expect(store.annotated.isEmpty)
        credential.description = "for CI"
        try update { (draft) throws(CredentialError) in
            try draft.update(credential)
            return .changed
        }
        #expect(store.annotated.map(\.description) == ["for CI"])
    }
}
