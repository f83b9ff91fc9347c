import CredentialCore
import DockerProtocol
import Testing

@Suite struct MalformedLoginTests {
    /// One object's inside, which is a login as it stands.
    private static let members = #""ServerURL":"h","Username":"u","Secret":"s""#

    @Test(arguments: [
        "", " ", "null", "true", "0", #""h""#, "[]", "h",
        "[{\(members)}]", "{\(members)", "\(members)}", "{\(members),}", "{,\(members)}",
        "{\(members)}}", "{\(members)} {}", "{\(members)}x", "{\(members)}\0",
        "\u{FEFF}{\(members)}",
        "{\(members),\"x\"}", "{\(members),\"x\":}", "{\(members),\"x\" 1}", "{\(members) \"x\":1}",
        "{\(members),x:1}", "{\(members),'x':1}", "{\(members),1:1}", "{\(members),/**/\"x\":1}",
        "{\(members),\"x\":tru}", "{\(members),\"x\":True}", "{\(members),\"x\":nulll}",
        "{\(members),\"x\":01}", "{\(members),\"x\":+1}", "{\(members),\"x\":1.}",
        "{\(members),\"x\":.5}", "{\(members),\"x\":1e}", "{\(members),\"x\":-}",
        "{\(members),\"x\":0x1}", "{\(members),\"x\":NaN}", "{\(members),\"x\":[1,]}",
        "{\(members),\"x\":[1 2]}", "{\(members),\"x\":[1}", "{\(members),\"x\":{\"y\"}}",
        "{\(members),\"x\":\"\n\"}", "{\(members),\"x\":\"\\x41\"}", "{\(members),\"x\":\"\\",
    ])
    func `what is not one JSON object is refused`(text: String) throws {
        #expect(try login(in: "{\(Self.members)}").username == Array("u".utf8))
        #expect(refusal(of: try login(in: text))?.code == .badRequest)
    }

    @Test(arguments: ["ServerURL", "Username", "Secret"])
    func `a member of another type is refused`(name: String) {
        for value in ["null", "true", "1", "[]", "{}", #"["h"]"#, "h"] {
            let text = "{\(Self.members),\"\(name)\":\(value)}"
            #expect(refusal(of: try login(in: text))?.code == .badRequest, "\(text)")
            let control = "{\(Self.members),\"\(name)\":\"h\"}"
            #expect(refusal(of: try login(in: control)) == nil)
        }
    }

    @Test(arguments: [
        #"\ud800"#, #"\udc00"#, #"\ud800x"#, #"\ud800\n"#, #"\ud800\ud800"#, #"\ud800\u0041"#,
        #"\udc00\ud800"#, #"\ud83d\u"#, #"\u12"#, #"\u12g4"#, #"\u+123"#, #"\U0041"#,
    ])
    func `half surrogates and broken escapes are refused and never mended`(escape: String) {
        let text = #"{"ServerURL":"h","Username":"u","Secret":"s\#(escape)"}"#
        #expect(refusal(of: try login(in: text))?.code == .badRequest)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x41], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused in every string`(bytes: [UInt8]) {
        var message = StoreMessage()
        message.secret = bytes
        #expect(refusal(of: try login(in: message.bytes))?.message.contains("UTF-8") == true)
        let unknown = Array("{\(Self.members),\"x\":\"".utf8) + bytes + Array("\"}".utf8)
        #expect(refusal(of: try login(in: unknown))?.message.contains("UTF-8") == true)
    }

    @Test(
        arguments: [
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
            [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF3, 0x80, 0x80, 0x80],
            [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `the outermost UTF-8 sequences of each length pass`(bytes: [UInt8]) throws {
        var message = StoreMessage()
        message.secret = bytes
        #expect(try login(in: message.bytes).secret.bytes == bytes)
    }

    @Test func `every proper beginning of a login is refused`() throws {
        let text =
            #"{"a":[-1.5e3,{"b":null}],"ServerURL":"h","Username":"é","Secret":"\ud83d\ude00"}"#
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(refusal(of: try login(in: Array(bytes.prefix(count))))?.code == .badRequest)
        }
        #expect(try login(in: bytes).secret.bytes == Array("😀".utf8))
    }
}
