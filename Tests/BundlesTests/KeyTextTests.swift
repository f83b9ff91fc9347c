import CredentialCore
import Testing

@testable import Bundles

@Suite struct KeyTextTests {
    private static let recipient = """
        keyfob-recipient13aqvttdk3ujkyjh9kg2w5an6dmy5mq5a84a4uxk3hfhnugfc9p0svuj4jv
        """

    @Test func `an example of BIP 350 is read`() {
        let text = "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"
        let bytes = KeyText.decode(text, prefix: "abcdef", count: 20)
        #expect(bytes?.prefix(3) == [0xFF, 0xBB, 0xCD])
        #expect(bytes.map { KeyText.encode($0, prefix: "abcdef") } == text)
    }

    @Test func `a machine's key is written as another implementation writes it`() throws {
        let key = try #require(MachineKey(Secret(copying: (0..<32).map { UInt8($0) })))
        #expect(key.recipient.text == Self.recipient)
        #expect(try RecipientKey(Self.recipient) == key.recipient)
    }

    /// The first example of RFC 8032, 7.1.
    @Test func `a signing key is written as another implementation writes it`() throws {
        let seed: [UInt8] = [
            0x9D, 0x61, 0xB1, 0x9D, 0xEF, 0xFD, 0x5A, 0x60, 0xBA, 0x84, 0x4A, 0xF4, 0x92, 0xEC,
            0x2C, 0xC4, 0x44, 0x49, 0xC5, 0x69, 0x7B, 0x32, 0x69, 0x19, 0x70, 0x3B, 0xAC, 0x03,
            0x1C, 0xAE, 0x7F, 0x60,
        ]
        let key = try #require(SigningKey(Secret(copying: seed)))
        #expect(
            key.signer.text
                == "keyfob-signer16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqctf3pd")
        #expect(key.signer.fingerprint == "7849ac3049680be1")
        #expect(try SignerKey(key.signer.text) == key.signer)
    }

    @Test func `any wrong character is noticed`() throws {
        let text = Array(Self.recipient.utf8)
        var tried = 0
        for place in text.indices {
            for byte in Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l1-bioQ".utf8)
            where byte != text[place] {
                var other = text
                other[place] = byte
                expectRefused(other)
                tried += 1
            }
        }
        #expect(tried > text.count * 36)
    }

    @Test func `missing, added and exchanged characters are noticed`() {
        let text = Array(Self.recipient.utf8)
        for place in text.indices {
            var other = text
            other.remove(at: place)
            expectRefused(other)
            other = text
            other.insert(UInt8(ascii: "q"), at: place)
            expectRefused(other)
            guard place > 0, text[place] != text[place - 1] else { continue }
            other = text
            other.swapAt(place, place - 1)
            expectRefused(other)
        }
        expectRefused(
            Array(
                "keyfob-recipient13aqvttdk3ujkyjh9kg2w5an6dmy5mq5a84a4uxk3hfhnugfc9p0seqzehw".utf8))
        expectRefused(Array(Self.recipient.uppercased().utf8))
        expectRefused([])
    }

    @Test func `a key of one use is none of the other`() {
        #expect(throws: CredentialError.self) { try SignerKey(Self.recipient) }
        #expect(throws: CredentialError.self) { try RecipientKey(SigningKey().signer.text) }
    }

    @Test func `new keys differ, and come back from their bytes`() throws {
        let (one, other) = (MachineKey(), MachineKey())
        #expect(one.recipient != other.recipient)
        #expect(MachineKey(one.secretKey)?.recipient == one.recipient)
        let key = SigningKey()
        #expect(SigningKey(key.seed)?.signer == key.signer)
        #expect(MachineKey(Secret(copying: [1, 2, 3])) == nil)
        #expect(SigningKey(Secret(copying: [])) == nil)
    }

    private func expectRefused(_ text: [UInt8]) {
        let text = String(decoding: text, as: UTF8.self)
        #expect(throws: CredentialError.self, "\(text)") { try RecipientKey(text) }
    }
}
