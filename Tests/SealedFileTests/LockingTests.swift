import CredentialCore
import Foundation
import SealedFile
import Testing

@Suite struct LockingTests {
    private static let passphrase = Secret("correct horse")

    /// A store that only its passphrase opens, with one login; it is locked.
    private static func lockedHome(_ locks: [SealedFile.LockChoice]) throws -> Home {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        try SealedFile.rotateKeys(home.location, locks: locks, now: Home.now)
        return home
    }

    @Test func `a locked store shows its catalogue and keeps its secrets`() throws {
        let home = try Self.lockedHome([.passphrase(Self.passphrase)])
        let file = try home.open()
        #expect(file.slotKinds == [.passphrase])
        #expect(try file.isLocked())
        let credential = try #require(try file.credentials().first)
        #expect(credential.name == "a")
        #expect(refusal(of: try file.fields(of: credential)) == .locked)
        #expect(refusal(of: try home.secret(for: "registry:a.example")) == .locked)
        #expect(try home.secret(for: "registry:b.example") == nil)
        // What needs no secret can be done.
        let before = home.bytes(home.sealed)
        #expect(refusal(of: try home.add("b", "registry:b.example", secret: "x")) == .locked)
        #expect(home.bytes(home.sealed) == before)
        try home.remove(credential)
        #expect(try home.open().credentials().isEmpty)
    }

    @Test func `the passphrase opens a store for every process until it is locked again`() throws {
        let home = try Self.lockedHome([.passphrase(Self.passphrase)])
        let file = try home.open()
        #expect(
            refusal(of: try file.unlock(passphrase: Secret("wrong horse"), seconds: 60))
                == .wrongKey)
        #expect(try home.open().isLocked())
        try file.unlock(passphrase: Self.passphrase, seconds: 60)
        #expect(try !file.isLocked())
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        try home.add("b", "registry:b.example", secret: "hunter3")
        #expect(try home.secret(for: "registry:b.example") == "hunter3")
        #expect(file.lock())
        #expect(!file.lock())
        #expect(try home.open().isLocked())
        #expect(refusal(of: try home.secret(for: "registry:a.example")) == .locked)
    }

    @Test func `an unlocked store locks itself after its time`() async throws {
        let home = try Self.lockedHome([.passphrase(Self.passphrase)])
        try home.open().unlock(passphrase: Self.passphrase, seconds: 3)
        #expect(try !home.open().isLocked())
        try await Task.sleep(for: .milliseconds(4200))
        #expect(try home.open().isLocked())
    }

    @Test func `a store without a passphrase is not opened by one`() throws {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        let file = try home.open()
        #expect(file.slotKinds == [.keyFile])
        #expect(try !file.isLocked())
        #expect(
            refusal(of: try file.unlock(passphrase: Self.passphrase, seconds: 60)) == .badRequest)
        #expect(!file.lock())
    }

    @Test func `any one of several keys opens a store`() throws {
        let keys = try Home()
        let external = try keys.writeKeyFile(1)
        let home = try Self.lockedHome([.externalKey(path: external), .passphrase(Self.passphrase)])
        #expect(try home.open().slotKinds == [.externalKey, .passphrase])
        #expect(try home.open().isLocked())
        var named = home.location
        named.externalKeyFile = external
        #expect(try SealedFile.open(named)?.isLocked() == false)
        try home.open().unlock(passphrase: Self.passphrase, seconds: 60)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        #expect(try home.open().lock())
    }

    @Test func `a store made with a named key file opens with that file alone`() throws {
        let keys = try Home()
        let home = try Home(externalKeyFile: try keys.writeKeyFile(1))
        try home.add("a", "registry:a.example", secret: "hunter2")
        #expect(try home.open().slotKinds == [.externalKey])
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        var other = home.location
        other.externalKeyFile = nil
        #expect(try SealedFile.open(other)?.isLocked() == true)
        other.externalKeyFile = try keys.writeKeyFile(2)
        let wrong = try #require(try SealedFile.open(other))
        #expect(refusal(of: try wrong.isLocked()) == .locked)
        other.externalKeyFile = keys.location.dataFolder + "/missing"
        let missing = try #require(try SealedFile.open(other))
        #expect(refusal(of: try missing.isLocked()) == .locked)
    }

    @Test(arguments: [(15, CredentialError.Code.limit), (4097, .limit), (16, nil), (4096, nil)])
    func `a named key file has 16 to 4,096 bytes`(
        count: Int, expected: CredentialError.Code?
    ) throws {
        let keys = try Home()
        let path = try keys.writeKeyFile(1)
        try keys.put([UInt8](repeating: 7, count: count), at: path)
        let home = try Home(externalKeyFile: path)
        #expect(
            refusal(of: try home.add("a", "registry:a.example", secret: "hunter2")) == expected)
    }

    @Test func `a store has 1 to 8 keys`() throws {
        for (count, expected) in [(0, CredentialError.Code.badRequest), (9, .badRequest), (8, nil)]
        {
            let home = try Home()
            let locks = Array(repeating: SealedFile.LockChoice.keyFile, count: count)
            #expect(
                refusal(
                    of: try SealedFile.create(
                        home.location, locks: locks, replacing: false, now: Home.now)) == expected)
        }
    }

    @Test func `a passphrase's cost beyond the limits is refused before any work`() throws {
        let home = try Self.lockedHome([.passphrase(Self.passphrase)])
        let sound = try #require(home.bytes(home.sealed))
        #expect(sound[200] == 2)
        let rows: [(place: Int, value: [UInt8], expected: CredentialError.Code?)] = [
            (204, [17, 0, 0, 0], .limit), (204, [0, 0, 0, 0], .limit), (204, [3, 0, 0, 0], nil),
            (208, [1, 0, 16, 0], .limit), (208, [7, 0, 0, 0], .limit), (208, [0, 0, 4, 0], nil),
        ]
        for (place, value, expected) in rows {
            var bytes = sound
            bytes.replaceSubrange(place..<(place + 4), with: value)
            try home.put(bytes, at: home.sealed)
            #expect(refusal(of: try home.open()) == expected, "\(value) at \(place)")
        }
    }
}
