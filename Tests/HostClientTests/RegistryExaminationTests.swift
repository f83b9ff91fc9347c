import Configuration
import CredentialCore
import HostAccess
import Testing
import Transport

@testable import HostClient

/// The handshake with registries that no test can go to, as their owners describe it.
@Suite struct RegistryExaminationTests {
    private let login = HostLogin(username: Array("alice".utf8), secret: secret("pa55-word"))

    private func examine(
        _ host: String, _ login: HostLogin?, _ answers: Result<HTTPResponse, TransportFailure>...
    ) throws -> (Examination, ScriptedHost) {
        let http = ScriptedHost(
            answers.map { answer in
                answer.map { response in
                    var response = response
                    response.address = NetworkAddress("93.184.216.34")
                    return response
                }
            })
        let place = HostPlace(.registry, try Address(registry: Array(host.utf8)))
        let examination = RegistryExamination(HostContext(try bare(), http: http), place)
        return (examination.examine(login), http)
    }

    private func bare() throws -> Configuration {
        try Configuration(
            Surroundings(programName: "keyfob-mint") { $0 == "HOME" ? "/nonexistent" : nil })
    }

    private func challenge(_ value: String) -> Result<HTTPResponse, TransportFailure> {
        answer("{}", status: 401, headers: [("www-authenticate", value)])
    }

    @Test func dockerHub() throws {
        let (found, http) = try examine(
            "docker.io", login,
            challenge(#"Bearer realm="https://93.184.216.34/token",service="registry.docker.io""#),
            answer(#"{"token":"nobodys"}"#), answer(#"{"token":"alices"}"#), answer("{}"),
            answer("{}", status: 401))
        #expect(found.verification?.outcome == .accepted)
        #expect(
            http.requests.prefix(4).map(\.url) == [
                "https://registry-1.docker.io/v2/",
                "https://93.184.216.34/token?service=registry.docker.io",
                "https://93.184.216.34/token?service=registry.docker.io&account=alice",
                "https://registry-1.docker.io/v2/",
            ])
        #expect(
            (0..<4).map { http.header("authorization", of: $0) } == [
                nil, nil, "Basic YWxpY2U6cGE1NS13b3Jk", "Bearer alices",
            ])
        // A login that is made up is refused: so the other one was known.
        #expect(http.requests.count == 5)
        #expect(http.requests.last?.url.contains("&account=keyfob-") == true)
        #expect(http.header("authorization", of: 4)?.hasPrefix("Basic ") == true)
        #expect(http.header("authorization", of: 4) != http.header("authorization", of: 2))
        #expect(
            http.requests.map(\.refusesPrivateAddresses) == [false, true, true, false, true])
    }

    @Test func aTokenThatGHCRDoesNotKnow() throws {
        let (found, _) = try examine(
            "ghcr.io", login, challenge(#"Bearer realm="https://ghcr.io/token",service="ghcr.io""#),
            answer(#"{"token":"nobodys"}"#),
            answer(#"{"errors":[{"code":"DENIED","message":"denied"}]}"#, status: 403))
        #expect(found.verification?.outcome == .refused)
        #expect(
            found.verification?.problem?.problem
                == "its token server, ghcr.io, refuses the token: HTTP 403 (denied)")
        #expect(found.verification?.problem?.remedy?.contains("read:packages") == true)
    }

    @Test func aScopeForARepository() throws {
        let (found, http) = try examine(
            "quay.io/acme/app", login,
            challenge(
                #"Bearer realm="https://quay.io/v2/auth",service="quay.io","#
                    + #"scope="repository:x:*""#),
            answer("{}", status: 401), answer(#"{"access_token":"t"}"#), answer("{}"),
            answer(#"{"tags":[]}"#))
        #expect(found.verification?.outcome == .accepted)
        #expect(
            http.requests[2].url
                == "https://quay.io/v2/auth?service=quay.io&scope=repository%3Aacme%2Fapp%3Apull"
                + "&account=alice")
        #expect(http.requests.last?.url == "https://quay.io/v2/acme/app/tags/list?n=1")
        #expect(found.findings.last?.topic == "repository")
    }

    @Test func nothingIsSentWhereNothingMay() throws {
        for realm in ["https://10.0.0.7/token", "http://ghcr.io/token", "https://localhost/token"] {
            let (found, http) = try examine(
                "ghcr.io", login, challenge("Bearer realm=\"\(realm)\""))
            #expect(http.requests.count == 1)
            #expect(found.verification?.outcome == .unchecked)
            #expect(found.findings.last?.topic == "token server")
            #expect(found.findings.last?.state == .bad)
        }
    }

    private static let proofs: [(String, String, String?, Bool)] = [
        ("Basic realm=x", "{}", nil, false), ("Basic realm=x", "{}", "registry/2.0", true),
        ("Basic realm=x", #"{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}"#, nil, true),
        ("Basic realm=x", #"{"errors":["no"]}"#, nil, false),
        (#"Bearer realm="https://registry.example.com/token""#, "{}", nil, false),
        (#"Bearer realm="https://registry.example.com/token",service="a""#, "{}", nil, true),
    ]

    @Test(arguments: proofs)
    func notAllThatWantALoginAreRegistries(
        challenge: String, body: String, version: String?, isRegistry: Bool
    ) throws {
        var headers = [("www-authenticate", challenge)]
        if let version { headers.append(("docker-distribution-api-version", version)) }
        let door = answer(body, status: 401, headers: headers)
        let (found, _) = try examine("registry.example.com", nil, door)
        let finding = found.findings.first { $0.topic == "challenge" }
        #expect(finding?.state == (isRegistry ? .good : .doubtful))
        // Whoever brings a login knows what it is.
        let (inside, _) = try examine(
            "registry.example.com", login, door, answer(#"{"token":"t"}"#))
        #expect(inside.findings.first { $0.topic == "challenge" }?.state == .good)
    }

    @Test func basicAndTokensThatAreNone() throws {
        let (found, http) = try examine(
            "registry.example.com", login, challenge("Negotiate, Basic realm=x"), answer("{}"))
        #expect(found.verification?.outcome == .accepted)
        #expect(http.requests.count == 2)
        // A token that would break its header is no token.
        for token in [#"a\r\nX: y"#, "", "a b", #"\u0000"#] {
            let (found, http) = try examine(
                "registry.example.com", login,
                challenge(#"Bearer realm="https://registry.example.com/token""#),
                answer("{}", status: 401), answer(#"{"token":"\#(token)"}"#))
            #expect(http.requests.count == 3)
            #expect(found.findings.last?.text.hasSuffix("answers without a token") == true)
        }
    }
}
