import CredentialCore
import SealedFile
import Testing

@testable import Bundles

@Suite struct PassphraseSealTests {
    private static let passphrase = Secret(text: "correct horse")
    /// The least that Argon2id takes, for tests that are not about its cost.
    private static let cheap = PassphraseCost(passes: 1, kibibytes: 8)

    private func sealed(_ text: String) throws -> [UInt8] {
        try PassphraseSeal.seal(
            Secret(text: text), passphrase: Self.passphrase, cost: Self.cheap)
    }

    private func open(_ bytes: [UInt8], _ passphrase: Secret = passphrase) throws -> String {
        try bytes.withUnsafeBytes { try PassphraseSeal.open($0, passphrase: passphrase).text }
    }

    @Test func `what was sealed opens with the same passphrase alone`() throws {
        let bytes = try sealed("hunter2")
        #expect(try open(bytes) == "hunter2")
        #expect(bytes.withUnsafeBytes(PassphraseSeal.isSealed))
        for other in ["correct hors", "correct horse ", "Correct horse"] {
            #expect(refusal(of: try open(bytes, Secret(text: other))) == .wrongKey)
        }
        #expect(try sealed("hunter2") != bytes)
    }

    @Test func `the usual cost is libsodium's MODERATE`() throws {
        let bytes = try PassphraseSeal.seal(Secret(text: "s"), passphrase: Self.passphrase)
        #expect(bytes[12..<20] == [3, 0, 0, 0, 0, 0, 4, 0])
        #expect(try open(bytes) == "s")
    }

    @Test func `the size tells no length`() throws {
        let one = try sealed("").count
        #expect(try sealed(String(repeating: "x", count: 4088)).count == one)
        #expect(try sealed(String(repeating: "x", count: 4089)).count == one + 512)
        #expect(try open(sealed("")) == "")
        let long = String(repeating: "y", count: 100_000)
        #expect(try open(sealed(long)) == long)
    }

    @Test func `no byte can be changed`() throws {
        let bytes = try sealed("hunter2")
        for place in bytes.indices {
            #expect(refusal(of: try open(bytes.flipped(at: place))) != nil, "byte \(place)")
        }
    }

    @Test func `nothing can be cut off or added`() throws {
        let bytes = try sealed("hunter2")
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(refusal(of: try open(Array(bytes[..<count]))) == .damaged, "\(count) bytes")
        }
        #expect(refusal(of: try open(bytes + [0])) == .damaged)
    }

    @Test func `costs beyond the limits are refused before they are paid`() throws {
        let bytes = try sealed("hunter2")
        let costs: [(place: Int, value: UInt32)] = [
            (12, 0), (12, 17), (12, .max), (16, 7), (16, 1_048_577), (16, .max),
        ]
        for (place, value) in costs {
            var field: [UInt8] = []
            field.append(integer: value)
            #expect(refusal(of: try open(bytes.replaced(at: place, by: field))) == .limit)
        }
    }

    @Test func `a newer format is told from damage`() throws {
        let bytes = try sealed("hunter2")
        #expect(refusal(of: try open(bytes.replaced(at: 8, by: [2, 0]))) == .newerVersion)
        #expect(refusal(of: try open(bytes.replaced(at: 10, by: [1, 0]))) == .damaged)
        #expect(!Array("{\"format\"".utf8).withUnsafeBytes(PassphraseSeal.isSealed))
        #expect(refusal(of: try open(Array("{}".utf8))) == .damaged)
    }

    @Test func `an empty passphrase seals nothing`() {
        #expect(
            refusal(
                of: try PassphraseSeal.seal(Secret(text: "s"), passphrase: Secret(text: "")))
                == .badRequest)
    }
}
