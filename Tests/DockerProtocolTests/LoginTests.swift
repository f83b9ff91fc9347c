import CredentialCore
import DockerProtocol
import Testing

@Suite struct LoginTests {
    @Test(arguments: [
        // What docker itself sends.
        #"{"ServerURL":"h","Username":"u","Secret":"s"}"# + "\n",
        #"{"ServerURL":"h","Username":"u","Secret":"s"}"#,
        // As Go decodes: any order, any case, the last of several, unknown ones skipped.
        #"{"Secret":"s","Username":"u","ServerURL":"h"}"#,
        #"{"serverurl":"h","USERNAME":"u","sEcReT":"s"}"#,
        #"{"ServerURL":"x","Secret":"x","ServerURL":"h","Username":"u","secret":"s"}"#,
        #"{"Email":"e","ServerURL":"h","Username":"u","Secret":"s","":0,"ServerURLs":["x"]}"#,
        // Of letters only ASCII ones have a case: neither of these is a second member.
        #"{"ServerURL":"h","Username":"u","Secret":"s","ſecret":"x","Ⓢecret":"x"}"#,
        #"{"a":{"Secret":"x"},"ServerURL":"h","Username":"u","Secret":"s","b":[{"Secret":1}]}"#,
        #"{"n":-0.5e+10,"m":0,"t":true,"f":false,"z":null,"o":{},"l":[],"#
            + #""ServerURL":"h","Username":"u","Secret":"s"}"#,
        // White space wherever JSON allows it, and around the URL.
        " \t\r\n{ \"ServerURL\" : \" h\\n\" ,\r\n\"Username\"\t:\n\"u\", \"Secret\":\"s\" } \n\n",
        // Names and values may be escaped.
        #"{"\u0053erver\u0055RL":"\u0068","Username":"\u0075","Secret":"\u0073"}"#,
    ])
    func `every way to write one login is read as that login`(text: String) throws {
        let login = try login(in: text)
        #expect(login.serverURL == Array("h".utf8))
        #expect(login.username == Array("u".utf8))
        #expect(login.secret.bytes == Array("s".utf8))
    }

    @Test(arguments: [
        (#"a\"b\\c\/d\ne\rf\tg"#, "a\"b\\c/d\ne\rf\tg"),
        (#"\u00e9\u00E9é"#, "ééé"),
        (#"\u20ac\ufffd\uFFFF"#, "€\u{FFFD}\u{FFFF}"),
        (#"\ud83d\ude00 \uD83D\uDE00 😀"#, "😀 😀 😀"),
        (#"\ud800\udc00\udbff\udfff"#, "\u{10000}\u{10FFFF}"),
        (#"\u003ctoken\u003e"#, "<token>"),
    ])
    func `escapes are decoded`(escaped: String, plain: String) throws {
        let text = #"{"ServerURL":"h","Username":"u","Secret":"\#(escaped)"}"#
        #expect(try login(in: text).secret.bytes == Array(plain.utf8))
    }

    @Test(arguments: [#"\b"#, #"\f"#, #"\u0000"#, #"\u001b"#, #"\u007f"#])
    func `control bytes are refused in their escaped form too`(escape: String) {
        let text = #"{"ServerURL":"h","Username":"u","Secret":"s\#(escape)"}"#
        #expect(refusal(of: try login(in: text))?.message.contains("control byte") == true)
    }

    @Test func `a key file's line breaks and tabs survive`() throws {
        let text = #"{"ServerURL":"h","Username":"_json_key","Secret":"{\r\n\t\"k\": \"v\"\n}\n"}"#
        #expect(try login(in: text).secret.bytes == Array("{\r\n\t\"k\": \"v\"\n}\n".utf8))
    }

    @Test(arguments: [
        (#"{}"#, "no credentials server URL"),
        (#"{"Username":"u","Secret":"s"}"#, "no credentials server URL"),
        (#"{"ServerURL":"","Username":"","Secret":""}"#, "no credentials server URL"),
        (#"{"ServerURL":" \n","Username":"u","Secret":"s"}"#, "no credentials server URL"),
        (#"{"ServerURL":"h","Secret":"s"}"#, "no credentials username"),
        (#"{"ServerURL":"h","Username":"","Secret":""}"#, "no credentials username"),
        (#"{"ServerURL":"h","Username":"u"}"#, "the login has no secret, and a login needs one"),
        (
            #"{"ServerURL":"h","Username":"u","Secret":""}"#,
            "the login has no secret, and a login needs one"
        ),
        (
            #"{"ServerURL":"h","Username":"u","Secret":"s","Secret":""}"#,
            "the login has no secret, and a login needs one"
        ),
    ])
    func `what is missing is named in the words clients know`(text: String, message: String) {
        let error = refusal(of: try login(in: text))
        #expect(error?.code == .badRequest)
        #expect(error?.message == message)
    }

    @Test func `errors repeat nothing of the input`() {
        let password = "hunter2-hunter2"
        let inputs = [
            "{\"ServerURL\":\"https://u:\(password)@h\u{1}\",\"Username\":\"u\",\"Secret\":\"s\"}",
            "{\"ServerURL\":\"h\",\"Username\":\"\(password)\\u0001\",\"Secret\":\"s\"}",
            "{\"ServerURL\":\"h\",\"Username\":\"u\",\"Secret\":\"\(password)\\u0001\"}",
            "{\"ServerURL\":\"h\",\"Username\":\"u\",\"Secret\":\"\(password)",
            "{\"ServerURL\":\"h\",\"Username\":\"u\",\"Secret\":\"s\"}\(password)",
            "{\"\(password)\":x}", password,
        ]
        for input in inputs {
            let message = refusal(of: try login(in: input))?.message
            #expect(message?.isEmpty == false)
            #expect(message?.contains("hunter") == false)
        }
    }
}
