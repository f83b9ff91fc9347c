import CredentialCore
import SealedFile
import Testing

@Suite struct DamageTests {
    private static func home() throws -> Home {
        let home = try Home()
        try home.add("a", "registry:a.example", secret: "hunter2")
        try home.add("b", "registry:*.b.example", secret: "hunter3", origin: .admin)
        return home
    }

    /// What a reader gets: the right secrets, or the class of the error.
    private static func outcome(_ home: Home) -> CredentialError.Code? {
        refusal(of: try secrets(home))
    }

    private static func secrets(_ home: Home) throws {
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        #expect(try home.secret(for: "registry:x.b.example") == "hunter3")
    }

    @Test func `a changed byte is never answered with another secret, and a check sees it`() throws
    {
        let home = try Self.home()
        let sound = try #require(home.bytes(home.sealed))
        let anchor = home.bytes(home.anchor)
        #expect(Self.outcome(home) == nil)
        let classes: Set<CredentialError.Code> = [
            .damaged, .wrongKey, .newerVersion, .limit, .locked,
        ]
        // Every byte of the header, and every thirteenth after it.
        let places = Array(0..<320) + stride(from: 320, to: sound.count, by: 13)
        var refused = 0
        for place in places {
            var bytes = sound
            bytes[place] ^= 1 << (place % 8)
            try home.put(bytes, at: home.sealed)
            if let code = Self.outcome(home) {
                #expect(classes.contains(code), "\(place): \(code)")
                refused += 1
            }
            #expect(!SealedFile.check(home.location).isEmpty, "\(place)")
            #expect(home.bytes(home.anchor) == anchor)
        }
        #expect(refused > 320)
        try home.put(sound, at: home.sealed)
        #expect(Self.outcome(home) == nil)
        #expect(SealedFile.check(home.location).isEmpty)
    }

    @Test func `a file that was cut off or continued is damaged`() throws {
        let home = try Self.home()
        let sound = try #require(home.bytes(home.sealed))
        for length in [0, 1, 8, 63, 199, 307, 400, 1000, sound.count - 1] {
            try home.put(Array(sound[..<length]), at: home.sealed)
            #expect(Self.outcome(home) == .damaged, "\(length)")
        }
        try home.put(sound + [0], at: home.sealed)
        #expect(Self.outcome(home) == .damaged)
        try home.put(sound, at: home.sealed)
        #expect(Self.outcome(home) == nil)
    }

    @Test func `each class of fault has its own error`() throws {
        let home = try Self.home()
        let sound = try #require(home.bytes(home.sealed))
        func expect(_ code: CredentialError.Code, _ change: (inout [UInt8]) -> Void) throws {
            var bytes = sound
            change(&bytes)
            try home.put(bytes, at: home.sealed)
            #expect(refusal(of: try home.open()) == code)
        }
        try expect(.damaged) { $0[0] = 0 }
        try expect(.newerVersion) { $0[8] = 2 }
        try expect(.damaged) { $0[60] = 0 }
        try expect(.damaged) { $0[60] = 9 }
        try expect(.wrongKey) { $0[64] ^= 1 }
        try expect(.damaged) { $0[300] ^= 1 }
        try home.put(sound, at: home.sealed)
        let other = try Self.home()
        let key = home.bytes(home.key)
        try home.put(other.bytes(other.key), at: home.key)
        #expect(refusal(of: try home.open()) == .wrongKey)
        try home.put(Array("not a key".utf8), at: home.key)
        #expect(refusal(of: try home.open()) == .damaged)
        try home.put(key, at: home.key)
        #expect(Self.outcome(home) == nil)
    }

    @Test func `a damaged file is replaced by the generation before it`() throws {
        let home = try Self.home()
        var bytes = try #require(home.bytes(home.sealed))
        bytes[400] ^= 1
        try home.put(bytes, at: home.sealed)
        #expect(refusal(of: try home.open()) == .damaged)
        let recovered = try SealedFile.restorePrevious(home.location)
        #expect(recovered.generation == 1)
        #expect(recovered.credentialCount == 1)
        #expect(try home.secret(for: "registry:a.example") == "hunter2")
        #expect(SealedFile.check(home.location).isEmpty)
        try home.add("c", "registry:c.example", secret: "hunter4")
        #expect(try home.secret(for: "registry:c.example") == "hunter4")
    }

    @Test func `what a killed writer left does no harm and goes with the next change`() throws {
        let home = try Self.home()
        try home.put(Array("left behind".utf8), at: home.new)
        #expect(try SealedFile.hasLeftover(home.location))
        #expect(Self.outcome(home) == nil)
        try SealedFile.update(home.location, now: Home.now) { _ in .unchanged }
        #expect(!(try SealedFile.hasLeftover(home.location)))
        try home.put(Array("left behind".utf8), at: home.new)
        try home.add("c", "registry:c.example", secret: "hunter4")
        #expect(!(try SealedFile.hasLeftover(home.location)))
        #expect(Self.outcome(home) == nil)
    }

    @Test func `a new store takes nobody's place unless it is told to`() throws {
        let home = try Self.home()
        #expect(
            refusal(
                of: try SealedFile.create(
                    home.location, locks: [.keyFile], replacing: false, now: Home.now))
                == .conflict)
        #expect(Self.outcome(home) == nil)
        try SealedFile.create(home.location, locks: [.keyFile], replacing: true, now: Home.now)
        #expect(try home.open().credentials().isEmpty)
    }
}
