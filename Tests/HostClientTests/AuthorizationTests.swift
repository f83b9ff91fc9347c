import CredentialCore
import HostAccess
import Testing

@testable import HostClient

@Suite struct AuthorizationTests {
    /// RFC 7636, appendix B.
    @Test func aChallengeIsTheHashOfItsVerifier() {
        let proof = ProofKey(verifier: secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        #expect(proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(ProofKey().verifier.count == 43)
        #expect(plain(ProofKey().verifier) != plain(ProofKey().verifier))
    }

    @Test func thePageIsToldAllThatItNeeds() throws {
        let bed = try HostBed("github.com", answer("{}"))
        let made = try bed.server.authorization(
            redirect: "http://127.0.0.1:8080/", account: "al ice")
        let proof = ProofKey(verifier: made.verifier)
        #expect(
            made.url == "https://github.com/login/oauth/authorize?response_type=code"
                + "&client_id=keyfob-tests&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F"
                + "&scope=repo&state=\(made.state)&code_challenge=\(proof.challenge)"
                + "&code_challenge_method=S256&login=al%20ice")
        #expect(bed.http.requests.isEmpty)
    }

    @Test func aHostThatKnowsNoSuchParametersIsNotSentThem() throws {
        let bed = try HostBed("git.example.com", provider: "gitlab", answer("{}"))
        let url = try bed.server.authorization(redirect: "http://[::1]:1/", account: "alice").url
        #expect(url.hasPrefix("https://git.example.com/oauth/authorize?"))
        #expect(!url.contains("alice"))
        let none = try HostBed(
            "git.example.com", provider: "gitlab", extra: "scopes =", answer("{}"))
        #expect(
            try !none.server.authorization(redirect: "http://[::1]:1/", account: nil).url
                .contains("scope="))
    }

    @Test(arguments: [
        ("?tenant=acme", "?tenant=acme&response_type=code"), ("?", "?response_type=code"),
        ("?a&", "?a&response_type=code"), ("", "?response_type=code"),
    ])
    func aQueryThatThePageHasStays(query: String, whole: String) throws {
        let page = "https://login.example.com/in"
        let bed = try HostBed(
            "git.example.com", extra: "authorizeUrl = \"\(page)\(query)\"", answer("{}"))
        let url = try bed.server.authorization(redirect: "http://[::1]:1/", account: nil).url
        #expect(url.hasPrefix(page + whole + "&client_id="))
    }

    @Test(arguments: [
        ("github.com", "https://github.com/settings/applications/new"),
        ("https://git.example.com:8443", "its settings"),
    ])
    func withoutAClientThereIsAWayToOne(host: String, page: String) throws {
        let bed = try HostBed(host, client: nil, answer("{}"))
        let failure = failureOf { try bed.server }
        #expect(failure?.code == .configuration)
        #expect(failure?.remedy?.contains(page) == true)
        let name = host.replacing("https://", with: "")
        #expect(
            failure?.remedy?.contains("`keyfob setup oauth \(name) --client-id ID`") == true)
    }

    @Test func anEndpointThatNobodyNamedIsAskedFor() throws {
        let bed = try HostBed("git.example.com", answer("{}"))
        #expect(failureOf { try bed.refresh() }?.remedy?.contains("tokenUrl") == true)
        let failure = failureOf {
            try bed.server.authorization(redirect: "http://127.0.0.1:1/", account: nil)
        }
        #expect(failure?.code == .configuration)
        #expect(failure?.remedy?.contains("authorizeUrl") == true)
    }
}
