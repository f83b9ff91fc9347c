import CredentialCore
import Foundation
import SecretJSON
import Testing

@Suite struct Base64URLTests {
    private func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        bytes.withUnsafeBytes { Base64URL.encode($0) { text.append($0) } }
        return String(decoding: text, as: UTF8.self)
    }

    private func decoded(_ text: String) -> [UInt8]? {
        Base64URL.decode(text.utf8)?.withBytes { Array($0) }
    }

    @Test func `it is base64 in another alphabet, without padding`() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Data(bytes).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(encoded(bytes) == text)
            #expect(decoded(text) == bytes)
        }
    }

    @Test(arguments: ["A", "AA==", "AA+A", "AA/A", "AA A", "AAA\n"])
    func `what is none is refused`(text: String) {
        #expect(decoded(text) == nil)
        #expect(decoded("AA-_") != nil)
    }
}
