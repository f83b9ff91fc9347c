import CredentialCore
import Testing

@testable import Prompting

@Suite struct AssuanCodingTests {
    private func line(_ text: String) -> String {
        String(decoding: AssuanCoding.line("SETDESC", text), as: UTF8.self)
    }

    @Test func whatWouldEndALineIsEncoded() {
        #expect(line("plain, and ünïcode") == "SETDESC plain, and ünïcode\n")
        #expect(line("100%\r\n\u{1B}\u{7F}\0") == "SETDESC 100%25%0D%0A%1B%7F%00\n")
    }

    @Test func aLongTextIsCutBetweenCharacters() {
        let long = line(String(repeating: "ü%", count: 1000))
        #expect(long.utf8.count <= AssuanCoding.lineLimit + 1)
        #expect(long.utf8.count > AssuanCoding.lineLimit - 4)
        #expect(long.hasSuffix("ü\n") || long.hasSuffix("ü%25\n"))
    }

    @Test(arguments: [
        ("canary", "canary"), ("100%25%0a%0D", "100%\n\r"), ("%", "%"), ("%4", "%4"),
        ("%zz%41", "%zzA"), ("", ""), ("a%20b c", "a b c"), ("%C3%BC", "ü"),
    ])
    func dataIsDecoded(data: String, text: String) {
        let answer = SecretBuffer()
        Array(data.utf8).withUnsafeBytes { AssuanCoding.decode($0, into: answer) }
        #expect(Secret(answer).matches(Secret(copying: Array(text.utf8))))
    }

    @Test func whatIsEncodedIsDecodedToTheSame() {
        let text = String(decoding: (0...127).map { UInt8($0) }, as: UTF8.self)
        let line = AssuanCoding.line("D", text).dropFirst(2).dropLast()
        let answer = SecretBuffer()
        Array(line).withUnsafeBytes { AssuanCoding.decode($0, into: answer) }
        #expect(Secret(answer).matches(Secret(copying: Array(text.utf8))))
    }

    @Test(arguments: [
        ("a\nb", "a"), ("a\r\nb", "a"), ("a\rb", "a"), ("a", "a"), ("", ""), ("\n", ""),
        (" a \n", " a "),
    ])
    func anAnswerIsTheFirstLine(text: String, line: String) {
        let first = Secret(copying: Array(text.utf8)).firstLine
        #expect(first.matches(Secret(copying: Array(line.utf8))))
    }
}
