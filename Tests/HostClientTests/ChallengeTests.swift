import Testing

@testable import HostClient

/// RFC 9110, 11.6.1, whose last example holds a challenge of each kind in one header.
@Suite struct ChallengeTests {
    private func read(_ headers: String...) -> [Challenge] { Challenge.all(in: headers) }

    private func challenge(_ scheme: String, _ parameters: [String: String] = [:]) -> Challenge {
        Challenge(scheme: scheme, parameters: parameters)
    }

    @Test func whatRegistriesSay() {
        #expect(
            read(#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#) == [
                challenge(
                    "bearer",
                    [
                        "realm": "https://auth.docker.io/token", "service": "registry.docker.io",
                    ])
            ])
        #expect(
            read(
                #"Bearer realm="https://ghcr.io/token",service="ghcr.io","#
                    + #"scope="repository:a/b:pull""#
            ).first?["scope"] == "repository:a/b:pull")
        #expect(read(#"Basic realm="harbor""#) == [challenge("basic", ["realm": "harbor"])])
    }

    @Test func severalChallenges() {
        let one = read(
            #"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#)
        #expect(
            one == [
                challenge("basic", ["realm": "simple"]),
                challenge(
                    "newauth", ["realm": "apps", "type": "1", "title": #"Login to "apps""#]),
            ])
        #expect(
            read(#"Basic realm="a""#, #"Bearer realm="b""#).map(\.scheme) == ["basic", "bearer"])
        #expect(read("Negotiate, Basic realm=x").map(\.scheme) == ["negotiate", "basic"])
        #expect(read("NTLM abc==, Basic realm=x").map(\.scheme) == ["ntlm", "basic"])
        #expect(read(", ,Basic realm=x , ,, Digest qop=auth").map(\.scheme) == ["basic", "digest"])
    }

    @Test func blanksAndCases() {
        #expect(
            read("\tBEARER  Realm = \"x\" ,\tSERVICE\t=\ty ") == [
                challenge("bearer", ["realm": "x", "service": "y"])
            ])
        #expect(read("Basic") == [challenge("basic")])
        #expect(read("Basic realm=\"\"") == [challenge("basic", ["realm": ""])])
    }

    @Test func commasAndBackslashesInQuotes() {
        #expect(
            read(#"Bearer scope="repository:a:pull,push",realm="a\\b\,c""#) == [
                challenge("bearer", ["scope": "repository:a:pull,push", "realm": #"a\b,c"#])
            ])
    }

    @Test func aSecondValueChangesNothing() {
        #expect(
            read(#"Bearer realm="https://good", realm="https://evil""#).first?["realm"]
                == "https://good")
    }

    /// What is not well formed ends the reading; what stood before it counts.
    @Test(arguments: [
        "", " ", ",", "=", "\"Basic\"", "Bearer realm=\"never ends", #"Bearer realm="ends in \"#,
        "Bearer realm=", "Bearer realm= ,x=y", "Bearer =x", "Bearer realm=a b",
        "Bearer realm=a\u{0}",
        "Bearer realm=\"a\"b", "Basic realm=<x>", "(Basic) realm=x", "Bearer realm:x",
    ])
    func malformed(header: String) {
        #expect(
            read(header).allSatisfy { $0.parameters["realm"].map(\.isEmpty) ?? true },
            "\(read(header))")
        #expect(read(#"Basic realm="ok""#, header).first == challenge("basic", ["realm": "ok"]))
    }

    @Test func greatLengths() {
        let long = String(repeating: "x", count: 100_000)
        #expect(read("Bearer realm=\"\(long)\"").isEmpty)
        #expect(read(String(repeating: ",", count: 100_000)).isEmpty)
        #expect(read(String(repeating: "a,", count: 100_000)).count <= 4096)
    }
}
