import CredentialCore
import Testing

@Suite struct SecretTests {
    private struct Login {
        var username: String
        var password: Secret
    }

    private final class Session {
        var login = Login(username: "alice", password: Secret("hunter2"))
    }

    @Test func `a secret is seen in no description of it or of what holds it`() throws {
        let secret = Secret("hunter2")
        let login = Login(username: "alice", password: secret)
        let holders: [Any] = [secret, login, Session(), [secret], ["key": secret]]
        var texts: [String] = []
        for value in holders {
            var dumped = ""
            dump(value, to: &dumped)
            texts += [String(describing: value), String(reflecting: value), "\(value)", dumped]
        }
        texts += [secret.description, secret.debugDescription, "\(login)", "\(Session())"]
        var fields = SecretFields(.password, primary: secret)
        fields["extra"] = secret
        var dumped = ""
        dump(fields, to: &dumped)
        texts += [dumped, "\(fields)"]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        // The same descriptions show what is not secret.
        #expect("\(login)".contains("alice"))
        #expect(dumped.contains("password"))
        #expect(secret.description == "<redacted>")
    }

    @Test func `a mirror of a secret has no children`() {
        let login = Login(username: "alice", password: Secret("hunter2"))
        #expect(Mirror(reflecting: login.password).children.isEmpty)
        #expect(Mirror(reflecting: login).children.count == 2)
    }

    @Test(arguments: [
        ("hunter2", "hunter2", true), ("", "", true), ("hunter2", "hunter3", false),
        ("hunter2", "Hunter2", false), ("hunter2", "hunter22", false), ("hunter2", "", false),
        ("a\0b", "a\0b", true), ("a\0b", "a\0c", false),
    ])
    func `two secrets match when their bytes do`(one: String, other: String, areSame: Bool) {
        #expect(Secret(one).matches(Secret(other)) == areSame)
        #expect(Secret(other).matches(Secret(one)) == areSame)
    }

    @Test func `a secret holds the bytes it was made of`() {
        for count in [0, 1, 63, 64, 65, 4096, 65_536, 65_537, 1 << 20] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let secret = Secret(copying: bytes)
            #expect(secret.count == count)
            #expect(secret.isEmpty == (count == 0))
            #expect(secret.bytes == bytes)
        }
    }

    @Test func `fields keep their order, and setting nil removes one`() throws {
        var fields = SecretFields(.token, primary: Secret("one"))
        fields["refreshToken"] = Secret("two")
        fields["third"] = Secret("three")
        fields["token"] = Secret("four")
        #expect(fields.fields.map(\.name) == ["token", "refreshToken", "third"])
        #expect(fields.primary?.bytes == Array("four".utf8))
        fields["refreshToken"] = nil
        fields["never there"] = nil
        #expect(fields.fields.map(\.name) == ["token", "third"])
        #expect(fields["refreshToken"] == nil)
    }

    @Test func `fields match by name and bytes`() {
        let one = SecretFields(.password, primary: Secret("hunter2"))
        #expect(one.matches(SecretFields(.password, primary: Secret("hunter2"))))
        #expect(!one.matches(SecretFields(.password, primary: Secret("hunter3"))))
        #expect(!one.matches(SecretFields(.token, primary: Secret("hunter2"))))
        var more = one
        more["refreshToken"] = Secret("x")
        #expect(!one.matches(more))
        #expect(!more.matches(one))
        #expect(!one.matches(SecretFields()))
    }
}
