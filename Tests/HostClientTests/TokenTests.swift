import CredentialCore
import HostAccess
import Testing
import Transport

@testable import HostClient

@Suite struct TokenTests {
    private let tokens =
        #"{"access_token":"access-1","refresh_token":"refresh-2","expires_in":7200}"#
    private let alice = answer(#"{"login":"alice"}"#)

    @Test func aTokenEndsByOurClock() throws {
        let bed = try HostBed(
            "codeberg.org",
            answer(tokens, headers: [("date", "Fri, 15 Jan 2021 08:00:00 GMT")]), alice)
        #expect(try bed.refresh().expiresAt == HostBed.now + 7200)
        #expect(bed.http.requests.map(\.url).last == "https://codeberg.org/api/v1/user")
        #expect(bed.http.header("authorization", of: 1) == "Bearer access-1")
    }

    private static let lives: [(String, Int64)] = [
        ("\"3600\"", 3600), ("3600.0", 3600), ("99999999999", 3650 * 86_400),
    ]

    @Test(arguments: ["0", "-1", "1e300", "\"soon\"", "[1]", "null", "{}"])
    func whatIsNoLifeEndsNoLogin(written: String) throws {
        let bed = try HostBed(
            "codeberg.org",
            answer(#"{"access_token":"access-1","refresh_token":"r","expires_in":\#(written)}"#),
            alice)
        let tokens = try bed.refresh()
        #expect((tokens.expiresAt, tokens.refresh.map(plain)) == (nil, "r"))
    }

    @Test(arguments: lives)
    func aLifeIsReadAsServersWriteIt(written: String, seconds: Int64) throws {
        let bed = try HostBed(
            "codeberg.org", answer(#"{"access_token":"access-1","expires_in":\#(written)}"#), alice)
        #expect(try bed.refresh().expiresAt == HostBed.now + seconds)
    }

    @Test(arguments: [("bearer", true), ("Bearer", true), ("mac", false), ("", false)])
    func aTokenOfAnotherTypeIsNotUsed(type: String, isUsed: Bool) throws {
        let bed = try HostBed(
            "codeberg.org", answer(#"{"access_token":"access-1","token_type":"\#(type)"}"#), alice)
        #expect((failureOf { try bed.refresh() } == nil) == isUsed)
    }

    @Test func theOldRefreshTokenStaysWhereNoneComes() throws {
        let bed = try HostBed("codeberg.org", answer(#"{"access_token":"access-1"}"#), alice)
        let tokens = try bed.refresh()
        #expect(tokens.refresh.map(plain) == "refresh-token-1")
        #expect(tokens.expiresAt == nil)
    }

    @Test func aFormMayAnswer() throws {
        let form = HTTPResponse(
            status: 200, headers: [("content-type", "application/x-www-form-urlencoded")],
            body: secret("access_token=gho_16C7&scope=repo%2Cgist&token_type=bearer"))
        let bed = try HostBed("github.com", .success(form), alice)
        #expect(plain(try bed.refresh().access) == "gho_16C7")
        #expect(bed.http.header("accept", of: 0) == "application/json")
        #expect(bed.http.requests[1].url == "https://api.github.com/user")
    }

    @Test(arguments: [
        ("invalid_grant", CredentialError.Code.expired), ("bad_refresh_token", .expired),
        ("interaction_required", .expired), ("invalid_client", .configuration),
        ("invalid_scope", .configuration), ("temporarily_unavailable", .unreachable),
        ("invalid_request", .refused),
    ])
    func anErrorSaysWhatToDo(error: String, code: CredentialError.Code) throws {
        let bed = try HostBed(
            "codeberg.org",
            answer(#"{"error":"\#(error)","error_description":"As it is."}"#, status: 400))
        let failure = failureOf { try bed.refresh() }
        #expect(failure?.code == code)
        #expect(failure?.problem.hasSuffix("\(error), As it is") == true)
        #expect(bed.http.requests.count == 1)
    }

    @Test func theAccountIsComparedWhereItIsKnown() throws {
        let bob = answer(#"{"login":"bob"}"#)
        #expect(
            failureOf { try HostBed("codeberg.org", answer(tokens), bob).refresh(of: "alice") }?
                .code == .refused)
        #expect(
            try HostBed("codeberg.org", answer(tokens), alice).refresh(of: "alice").account
                == "alice")
        let late = Result<HTTPResponse, TransportFailure>.failure(
            TransportFailure(.late, "codeberg.org:443 did not answer"))
        #expect(
            try HostBed("codeberg.org", answer(tokens), late).refresh(of: "alice").account == nil)
    }

    @Test func aNameMayChangeHands() throws {
        let renamed = answer(#"{"login":"alicia","id":1}"#)
        for (host, who) in [
            ("github.com", renamed), ("codeberg.org", renamed),
            ("bitbucket.org", answer(#"{"username":"alicia","id":9,"account_id":"1"}"#)),
        ] {
            let tokens = try HostBed(host, answer(tokens), who).refresh(of: "alice", "1")
            #expect((tokens.account, tokens.identity) == ("alicia", "1"))
            let failure = failureOf {
                try HostBed(host, answer(self.tokens), who).refresh(of: "alicia", "2")
            }
            #expect(failure?.code == .refused)
            #expect(failure?.problem.contains("another account of that name") == true)
            // What was stored before its identity was known.
            #expect(
                try HostBed(host, answer(self.tokens), who).refresh(of: "alicia").identity == "1")
        }
    }

    @Test(arguments: ["<html>log in</html>", "{", #"{"login":"a\nb"}"#, #"{"login":"access-1"}"#])
    func anAccountThatCannotBeReadEndsNoLogin(account: String) throws {
        let bed = try HostBed("codeberg.org", answer(tokens), answer(account))
        let tokens = try bed.refresh(of: "alice", "1")
        #expect((tokens.account, tokens.identity) == (nil, nil))
        #expect(tokens.refresh.map(plain) == "refresh-2")
        // Nobody has lost anything yet at a login.
        let login = try HostBed("codeberg.org", answer(self.tokens), answer(account))
        let failure = failureOf {
            try login.server.tokens(
                for: secret("code"), secret("verifier"), redirect: "http://127.0.0.1:1/",
                clientSecret: nil)
        }
        #expect(failure?.code == .refused)
    }

    @Test func theNextEndpointIsAskedWhereTheFirstWantsMore() throws {
        let bed = try HostBed(
            "codeberg.org", answer(tokens), answer("{}", status: 403),
            answer(#"{"sub":"7","preferred_username":"alice"}"#))
        #expect(try bed.refresh(of: "alice").account == "alice")
        #expect(bed.http.requests[2].url == "https://codeberg.org/login/oauth/userinfo")
    }

    @Test func anIdentityTokenSaysWhoseItIs() throws {
        // {"sub":"AAAA-subject","preferred_username":"alice@example.com"}
        let claims =
            "eyJzdWIiOiJBQUFBLXN1YmplY3QiLCJwcmVmZXJyZWRfdXNlcm5hbWUiOiJhbGljZUBleGFtcGxlLmNvbSJ9"
        let bed = try HostBed(
            "dev.azure.com",
            answer(#"{"access_token":"access-1","id_token":"eyJh.\#(claims).c2ln"}"#))
        let tokens = try bed.refresh(of: "AAAA-subject")
        #expect((tokens.account, tokens.identity) == ("alice@example.com", "AAAA-subject"))
        #expect(tokens.username == Array("alice@example.com".utf8))
        #expect(tokens.isBearer)
        #expect(failureOf { try bed.refresh(of: "BBBB") }?.code == .refused)
        for broken in ["x", "a.b.c", "a.!!.c", ""] {
            let bed = try HostBed(
                "dev.azure.com", answer(#"{"access_token":"access-1","id_token":"\#(broken)"}"#))
            #expect(try bed.refresh(of: "AAAA-subject").account == nil)
        }
    }

    @Test func theUserNameIsTheOneThatGitNeeds() throws {
        let who = answer(#"{"resource_owner_id":17,"username":"alice","account_id":"557058:1"}"#)
        #expect(
            try HostBed("gitlab.com", answer(tokens), who).refresh().username
                == Array("oauth2".utf8))
        #expect(try HostBed("gitlab.com", answer(tokens), who).refresh().identity == "17")
        #expect(
            try HostBed("bitbucket.org", answer(tokens), who).refresh().username
                == Array("x-token-auth".utf8))
        #expect(
            try HostBed("codeberg.org", extra: "username = me", answer(tokens), alice).refresh()
                .username == Array("me".utf8))
    }

    @Test func noQuestionHasMoreThanWhatIsLeftOfTheTime() throws {
        let bed = try HostBed("codeberg.org", milliseconds: 1500, answer(tokens), alice)
        _ = try bed.refresh()
        #expect(bed.http.requests.allSatisfy { (1...1500).contains($0.timeout) })
    }
}
