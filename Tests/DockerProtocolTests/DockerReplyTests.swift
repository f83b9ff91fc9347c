import CredentialCore
import DockerProtocol
import Testing

@Suite struct DockerReplyTests {
    /// The secret of a reply, as it stands between its quotes.
    private func encoded(_ secret: [UInt8]) -> String {
        let reply = DockerReply.login(
            serverURL: [], username: [], secret: Secret(copying: secret))
        let text = String(decoding: reply.bytes, as: UTF8.self)
        let start = #"{"ServerURL":"","Username":"","Secret":""#
        return String(text.dropFirst(start.count).dropLast("\"}\n".count))
    }

    @Test func `a login is written as the reference implementation writes it`() {
        let reply = DockerReply.login(
            serverURL: Array("tok.example".utf8), username: Array("<token>".utf8),
            secret: Secret(copying: Array("s".utf8)))
        let golden =
            #"{"ServerURL":"tok.example","Username":"\u003ctoken\u003e","Secret":"s"}"# + "\n"
        #expect(reply.bytes == Array(golden.utf8))
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("é😀", "é😀"), ("a/b'c", "a/b'c"),
        (#"a"b\c"#, #"a\"b\\c"#),
        ("<>&", #"\u003c\u003e\u0026"#),
        ("\n\r\t\u{8}\u{C}", #"\n\r\t\b\f"#),
        ("\0\u{1}\u{B}\u{1F}", #"\u0000\u0001\u000b\u001f"#),
        ("\u{7F}", "\u{7F}"),
        ("\u{2027}\u{2028}\u{2029}\u{202A}", "\u{2027}\\u2028\\u2029\u{202A}"),
    ])
    func `text is escaped as Go escapes it`(text: String, golden: String) {
        #expect(encoded(Array(text.utf8)) == golden)
    }

    @Test(
        arguments: [
            ([0xFF], #"\ufffd"#), ([0x61, 0xC3, 0x62], #"a\ufffdb"#),
            ([0xE2, 0x82], #"\ufffd\ufffd"#), ([0xED, 0xA0, 0x80], #"\ufffd\ufffd\ufffd"#),
            ([0xC3, 0xA9, 0x80], #"é\ufffd"#),
        ] as [([UInt8], String)])
    func `each byte that is not UTF-8 is replaced as Go replaces it`(
        bytes: [UInt8], golden: String
    ) {
        #expect(encoded(bytes) == golden)
        #expect(!DockerReply.canCarry(Secret(copying: bytes)))
    }

    @Test(arguments: ["", "plain", "é\n\0😀"])
    func `a secret that is UTF-8 can be carried`(text: String) {
        #expect(DockerReply.canCarry(Secret(copying: Array(text.utf8))))
    }

    @Test func `a list without logins is an empty object`() {
        #expect(DockerReply.list([]) == Array("{}\n".utf8))
    }

    @Test func `a list is sorted by the bytes of its server URLs`() {
        let logins = ["b", "a/b", "é", "https://index.docker.io/v1/", "a", "B"].map {
            (serverURL: Array($0.utf8), username: Array("<\($0)>".utf8))
        }
        let golden =
            #"{"B":"\u003cB\u003e","a":"\u003ca\u003e","a/b":"\u003ca/b\u003e","#
            + #""b":"\u003cb\u003e","https://index.docker.io/v1/":"#
            + #""\u003chttps://index.docker.io/v1/\u003e","é":"\u003cé\u003e"}"# + "\n"
        #expect(DockerReply.list(logins) == Array(golden.utf8))
    }

    @Test func `a list names each server URL once with the last of its users`() {
        let logins = [("h", "alice"), ("i", "carol"), ("h", "bob")].map {
            (serverURL: Array($0.0.utf8), username: Array($0.1.utf8))
        }
        #expect(DockerReply.list(logins) == Array((#"{"h":"bob","i":"carol"}"# + "\n").utf8))
    }
}
