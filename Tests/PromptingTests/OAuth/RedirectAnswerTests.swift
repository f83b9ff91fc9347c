import CredentialCore
import Testing

@testable import Prompting

@Suite struct RedirectAnswerTests {
    private static let state = "s-1_~"

    private func answer(_ target: String, path: String = "/") -> RedirectAnswer? {
        Secret(copying: Array(target.utf8)).withBytes { bytes in
            RedirectAnswer(
                target: bytes, path: path, state: Secret(copying: Array(Self.state.utf8)))
        }
    }

    private func code(_ target: String, path: String = "/") -> [UInt8]? {
        guard case .code(let code) = answer(target, path: path) else { return nil }
        return code.withBytes { Array($0) }
    }

    @Test(arguments: [
        "/?code=c+1%2f&state=s-1_~", "/?state=s-1_%7E&code=c%201/", "/?code=c%201%2F&state=s-1_~#x",
        "/?session_state=a&&code=c+1/&state=s-1_~&iss=https%3A%2F%2Fh", "/?c%6Fde=c+1/&state=s-1_~",
    ])
    func `a code with the right state counts`(target: String) {
        #expect(code(target) == Array("c 1/".utf8))
    }

    @Test func `a path counts as it is registered`() {
        #expect(code("/back?code=c&state=s-1_~", path: "/back") == Array("c".utf8))
        #expect(code("/?code=c&state=s-1_~", path: "/back") == nil)
        #expect(code("/back/?code=c&state=s-1_~", path: "/back") == nil)
        #expect(code("/b%61ck?code=c&state=s-1_~", path: "/back") == nil)
    }

    @Test(arguments: [
        "/", "/?", "/?code=c", "/?code=c&state=", "/?code=c&state=s-1_", "/?code=c&state=s-1_~x",
        "/?code=c&state=S-1_~", "/?code=c&state=s-1_~&state=s-1_~", "/?code=c&state=s-1_~&state=x",
        "/?code=c&code=c&state=s-1_~", "/?code=c&c%6fde=d&state=s-1_~", "/?code=&state=s-1_~",
        "/?code&state=s-1_~", "/?state=s-1_~", "/?code=c%0d%0a&state=s-1_~",
        "/?code=c%00&state=s-1_~", "/?code=c%1b[m&state=s-1_~", "/?code=%C3%A9&state=s-1_~",
        "/?code=c%&state=s-1_~", "/?code=c%4&state=s-1_~", "/?code=c%4g&state=s-1_~",
        "/?code=c&error=e&state=s-1_~", "/?error=e", "/?error=e&state=x",
        "/?error=e&error=e&state=s-1_~", "/?error=%0a&state=s-1_~", "/#?code=c&state=s-1_~",
        "/x?code=c&state=s-1_~", "?code=c&state=s-1_~", "/?code=c#&state=s-1_~",
    ])
    func `anything else changes nothing`(target: String) {
        #expect(answer(target) == nil)
    }

    @Test func `a code may be long, and not longer`() {
        let longest = String(repeating: "c", count: 8192)
        #expect(code("/?code=\(longest)&state=s-1_~")?.count == 8192)
        #expect(code("/?code=\(longest)c&state=s-1_~") == nil)
    }

    @Test func `a refusal is told in the server's words, made harmless and short`() throws {
        let description = "no+%1b%5B2J%0d%0a" + String(repeating: "%41", count: 3000)
        let target = "/?error=access_denied&error_description=\(description)&state=s-1_~"
        guard case .refusal(let name, let words?) = answer(target) else {
            Issue.record("no refusal")
            return
        }
        #expect(name == "access_denied")
        #expect(words.hasPrefix("no %1B[2J%0D%0AAAA") && words.hasSuffix("A…"))
        #expect(words.count == 201)
    }
}
