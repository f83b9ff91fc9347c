import CredentialCore
import Testing

@Suite struct PrintableTests {
    @Test(
        arguments: [
            (
                Array("plain text \u{E9}\u{20AC}\u{1F511}".utf8),
                "plain text \u{E9}\u{20AC}\u{1F511}"
            ),
            (Array("a\u{1B}[31mb".utf8), "a%1B[31mb"),
            (Array("a\r\nb\0c\u{7F}".utf8), "a%0D%0Ab%00c%7F"),
            (Array("a\u{85}b\u{9B}".utf8), "a%C2%85b%C2%9B"),
            (Array("a\u{202E}b\u{2066}c".utf8), "a%E2%80%AEb%E2%81%A6c"),
            (Array("a\u{2028}b".utf8), "a%E2%80%A8b"), ([0x61, 0xFF, 0x62], "a%FFb"),
            ([0x61, 0xE2, 0x82], "a%E2%82"), ([0xC0, 0x80, 0x61], "%C0%80a"),
            ([0xED, 0xA0, 0x80], "%ED%A0%80"), ([], ""),
        ] as [([UInt8], String)])
    func `what could move a cursor, and what is no text, is written as its bytes`(
        bytes: [UInt8], expected: String
    ) {
        #expect(Printable.text(bytes) == expected)
    }

    @Test func `an error's message is one line of text without control characters`() {
        let error = CredentialError(.system, "a\nb\u{1B}", remedy: "c\rd")
        #expect(error.message == "a%0Ab%1B; c%0Dd")
        #expect(CredentialError(.system, "a").message == "a")
    }
}
