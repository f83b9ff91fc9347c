import CredentialCore
import Testing

@Suite struct ScopeTests {
    @Test(arguments: ["", "acme", "acme/payments/prod", "a-b_c.d/1", ".hidden", "ACME", "a..b"])
    func `a scope is segments of letters, digits and three signs`(text: String) throws {
        let scope = try Scope(text.utf8)
        #expect(scope.text == text)
        #expect(scope.depth == (text.isEmpty ? 0 : text.split(separator: "/").count))
        #expect(scope.isNone == text.isEmpty)
    }

    @Test(arguments: [
        "/", "/acme", "acme/", "acme//prod", ".", "..", "acme/..", "acme/./prod", "a b", "acme\0",
        "acme\n", "\u{E9}", "a*", "a\\b", "...", String(repeating: "a", count: 1025),
    ])
    func `what is no scope is refused`(text: String) throws {
        #expect(refusal(of: try Scope(text.utf8)) == .badRequest)
        #expect(refusal(of: try Scope("acme/payments".utf8)) == nil)
    }

    @Test(arguments: [
        ("", "acme/dev", true), ("", "", true), ("acme", "acme", true), ("acme", "acme/dev", true),
        ("acme/dev", "acme", false), ("acme", "", false), ("acme", "acmes", false),
        ("acme", "x/acme", false), ("acme/dev", "acme/devel", false), ("Acme", "acme", false),
    ])
    func `a scope encloses itself and what lies in it`(
        outer: String, inner: String, isEnclosed: Bool
    ) throws {
        #expect(try Scope(outer.utf8).encloses(try Scope(inner.utf8)) == isEnclosed)
    }
}
