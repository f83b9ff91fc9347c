import CredentialCore
import Testing

/// A service account's whole key file is the password of one user name.
@Suite struct ServiceAccountTests {
    private static let key = Stored(
        "gar", "registry:europe-docker.pkg.dev", kind: .serviceAccount, username: nil)

    @Test(arguments: ["europe-docker.pkg.dev", "registry.example.com"])
    func itAnswersUnderItsOwnName(host: String) throws {
        var stored = Self.key
        stored.binding = "registry:\(host)"
        let candidate = try stored.candidate()
        let query = try Ask("registry:\(host)").query()
        #expect(candidate.answeredUsername(for: query) == Array("_json_key".utf8))
        #expect(try Ask("registry:\(host)").winner(among: [candidate]) == "gar")
        #expect(ChangePolicy.isListed(candidate, in: .none, now: Ask.now))
    }

    @Test func nobodyElseIsAnsweredWithIt() throws {
        let candidate = try Self.key.candidate()
        let host = "registry:europe-docker.pkg.dev"
        #expect(try Ask("\(host)", as: "_json_key").winner(among: [candidate]) == "gar")
        #expect(try Ask("\(host)", as: "oauth2accesstoken").winner(among: [candidate]) == nil)
        // A token of the same host is anybody's.
        let token = try Stored(
            "token", host, kind: .token, username: nil
        ).candidate()
        #expect(try Ask("\(host)", as: "oauth2accesstoken").winner(among: [token]) == "token")
    }

    @Test func aStoredNameComesFirst() throws {
        var stored = Self.key
        stored.username = "_json_key_base64"
        let query = try Ask("registry:europe-docker.pkg.dev").query()
        #expect(
            try stored.candidate().answeredUsername(for: query) == Array("_json_key_base64".utf8))
    }

    @Test func gitIsNeverGivenIt() throws {
        var stored = Self.key
        stored.binding = "git:europe-docker.pkg.dev"
        let candidate = try stored.candidate()
        #expect(try Ask("git:europe-docker.pkg.dev").winner(among: [candidate]) == nil)
        stored.kind = .token
        stored.username = "bot"
        #expect(try Ask("git:europe-docker.pkg.dev").winner(among: [stored.candidate()]) == "gar")
    }
}
