import CredentialCore
import Foundation
import SecretJSON
import Testing

@Suite struct Base64Tests {
    private func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        bytes.withUnsafeBytes { Base64.encode($0) { text.append($0) } }
        return String(decoding: text, as: UTF8.self)
    }

    private func decoded(_ text: String) -> [UInt8]? {
        Array(text.utf8).withUnsafeBytes { Base64.decode($0)?.withBytes { Array($0) } }
    }

    @Test func `every length agrees with Foundation, both ways`() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Data(bytes).base64EncodedString()
            #expect(encoded(bytes) == text)
            #expect(decoded(text) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AAA\n", "====", "A===", "AA=A", "=AAA", "AA==AAAA", "AA-_",
    ])
    func `what is not base64 is refused`(text: String) {
        #expect(decoded(text) == nil)
        #expect(decoded("AAAA") != nil)
    }
}
