import CredentialCore
import Testing

@testable import Minting

@Suite struct ReplyTests {
    private static func text(_ body: String, _ path: String) -> String? {
        ReplyFields(secret(body))?.text(path)
    }

    @Test(
        arguments: [
            (#"{"a":"x"}"#, "x"), (#"{"a":-1.5e+3,"b":2}"#, "-1.5e+3"),
            (#"{"b":[1,2],"a":7}"#, "7"),
            (#"{"a":[{"b":1},2]}"#, "2"), (#"{"a":[],"b":"a"}"#, nil), (#"{"a":null}"#, nil),
            (#"{"a":true}"#, nil), (#"{"a":""}"#, nil), (#"{"a":"1","a":"2"}"#, "1"),
            (#"{"a":"3 \" -4 \\","b":5}"#, #"3 " -4 \"#), (#"{"a":"\\","b":5}"#, #"\"#),
            (#"{"a":"/1/2e3/","b":5}"#, "/1/2e3/"), (#"{"b":"\"a\":1","a":"2"}"#, "2"),
            (#" { "a" : "z\u00fc\n" } "#, "zü\n"), (#"{"A":"x"}"#, nil),
        ] as [(String, String?)])
    func `a member of an object is found, be it text or number`(body: String, value: String?) {
        #expect(Self.text(body, "a") == value)
    }

    @Test(
        arguments: [
            "{\"a\":\"x\"", "{\"a\":\"x\"}}", "{\"a\":1.}", "{\"a\":01}", "{\"a\":1e}", "{a:1}",
            "{\"a\":\"x\",}", "{\"a\":--1}", String(repeating: "{\"a\":", count: 17) + "1",
        ])
    func `what is not JSON is not read`(body: String) {
        #expect(ReplyFields(secret(body)) == nil)
    }

    @Test func `names are joined from the outside in`() {
        #expect(Self.text(#"{"a":{"b":[{"c":"x"},{"c":"y"}]}}"#, "a.b.c") == "x")
        #expect(Self.text("<a><b><c>x</c></b><b><c>y</c></b></a>", "a.b.c") == "x")
        #expect(Self.text("<n:a xmlns:n='u'><n:b>&lt;&#x41;</n:b></n:a>", "a.b") == "<A")
    }

    @Test func `an endless list of members is cut short`() {
        let members = (0..<1000).map { "\"m\($0)\":\"v\"" }.joined(separator: ",")
        #expect(Self.text("{\(members)}", "m255") == "v")
        #expect(Self.text("{\(members)}", "m256") == nil)
    }

    @Test(arguments: ["<a>", "<a></b>", "<a>&b;</a>", "x<a/>", "<a/><b/>"])
    func `what is not XML is not read`(body: String) {
        #expect(ReplyFields(secret(body)) == nil)
    }
}
