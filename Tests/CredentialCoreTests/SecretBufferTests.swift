import CredentialCore
import Testing

@Suite struct SecretBufferTests {
    @Test func `a buffer holds what was added, in order, however it grew`() {
        let buffer = SecretBuffer(capacity: 1)
        var expected: [UInt8] = []
        for round in 0..<2000 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: round % 97)
            buffer.append(piece)
            buffer.append(0xFF)
            expected += piece + [0xFF]
        }
        buffer.append("constant")
        buffer.append(Secret("secret"))
        expected += Array("constantsecret".utf8)
        #expect(buffer.count == expected.count)
        #expect(buffer.withBytes { Array($0) } == expected)
        #expect(Secret(buffer).bytes == expected)
    }

    @Test func `an empty buffer is an empty secret`() {
        let buffer = SecretBuffer()
        buffer.append([])
        #expect(buffer.withBytes { $0.isEmpty })
        #expect(Secret(buffer).isEmpty)
    }

    @Test(arguments: [(-1, 0), (0, 0), (3, 3), (8, 8), (9, 8), (Int.max, 8)])
    func `what is written in place counts within the room that was given`(
        claimed: Int, counted: Int
    ) {
        let buffer = SecretBuffer(capacity: 1)
        buffer.append("ab")
        buffer.appendInPlace(upTo: 8) { room in
            room.copyBytes(from: [1, 2, 3, 4, 5, 6, 7, 8])
            return claimed
        }
        #expect(buffer.count == 2 + counted)
        #expect(
            buffer.withBytes { Array($0) }
                == [0x61, 0x62] + Array([1, 2, 3, 4, 5, 6, 7, 8].prefix(counted)))
    }

    @Test func `what fails in place adds nothing`() {
        let buffer = SecretBuffer()
        let failure = CredentialError(.system, "no")
        #expect(throws: failure) {
            try buffer.appendInPlace(upTo: 8) { (_) throws(CredentialError) in throw failure }
        }
        #expect(buffer.count == 0)
    }
}
