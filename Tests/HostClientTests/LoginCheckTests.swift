import CredentialCore
import HostAccess
import Testing
import Transport

@testable import HostClient

@Suite struct LoginCheckTests {
    @Test func githubIsAskedAtItsApi() throws {
        let bed = try HostBed(
            "github.com/acme/app.git",
            answer(
                #"{"login":"alice"}"#,
                headers: [
                    ("x-oauth-scopes", "gist, repo, workflow"),
                    ("github-authentication-token-expiration", "2027-02-01 10:00:00 UTC"),
                ]))
        let found = bed.verify(nil, "ghp_0123456789")
        #expect(bed.http.requests.map(\.url) == ["https://api.github.com/user"])
        #expect(bed.http.header("authorization", of: 0) == "token ghp_0123456789")
        #expect(found.outcome == .accepted)
        #expect(found.account == "alice")
        #expect(found.scopes == ["gist", "repo", "workflow"])
        #expect(found.expiresAt == ISO8601.seconds("2027-02-01T10:00:00Z"))
        #expect(found.problem == nil)
        _ = bed.verify("alice", "ghp_0123456789")
        #expect(bed.http.header("authorization", of: 1) == "Basic YWxpY2U6Z2hwXzAxMjM0NTY3ODk=")
        _ = bed.verify("alice", "ghp_0123456789", authtype: "Bearer")
        #expect(bed.http.header("authorization", of: 2) == "Bearer ghp_0123456789")
    }

    @Test func aFineGrainedTokenHasNoScopesToMiss() throws {
        let bed = try HostBed("github.com", answer(#"{"login":"alice"}"#))
        #expect(bed.verify("alice", "github_pat_1").outcome == .accepted)
        #expect(bed.verify("alice", "github_pat_1").scopes == nil)
    }

    @Test func aGistsTokenNeedsItsOwnScope() throws {
        let repo = answer(#"{"login":"alice"}"#, headers: [("x-oauth-scopes", "repo")])
        #expect(try HostBed("gist.github.com", repo).verify("alice", "ghp_1").outcome == .refused)
        #expect(try HostBed("github.com", repo).verify("alice", "ghp_1").outcome == .accepted)
    }

    @Test(arguments: [
        (
            "required; url=https://github.com/orgs/acme/sso?a=1",
            "https://github.com/orgs/acme/sso?a=1"
        ),
        ("required; url=http://evil.example/", "Configure SSO"),
        ("required; url=javascript:alert(1)", "Configure SSO"),
        ("required", "Configure SSO"),
    ])
    func singleSignOnIsNamedWithItsPage(header: String, page: String) throws {
        let bed = try HostBed(
            "github.com", answer("{}", status: 403, headers: [("x-github-sso", header)]))
        let found = bed.verify("alice", "ghp_1")
        #expect(found.outcome == .refused)
        #expect(found.problem?.remedy?.contains(page) == true)
        #expect(found.problem?.remedy?.contains("evil") == false)
    }

    @Test func aLimitAndAnAppsTokenAreNoRefusals() throws {
        let limited = try HostBed(
            "github.com", answer("{}", status: 403, headers: [("x-ratelimit-remaining", "0")]))
        #expect(limited.verify("alice", "ghp_1").outcome == .unchecked)
        let app = try HostBed(
            "github.com",
            answer(#"{"message":"Resource not accessible by integration"}"#, status: 403))
        #expect(app.verify("x-access-token", "ghs_1").outcome == .accepted)
        let other = try HostBed("github.com", answer(#"{"message":"Suspended"}"#, status: 403))
        #expect(other.verify("alice", "ghp_1").outcome == .refused)
    }

    @Test(arguments: [
        ("https://dev.azure.com/acme/app/_git/app", "https://dev.azure.com/acme/"),
        ("https://acme.visualstudio.com/app/_git/app", "https://acme.visualstudio.com/"),
    ])
    func azureIsAskedAtTheOrganisation(address: String, root: String) throws {
        let bed = try HostBed(address, answer("", status: 401))
        #expect(bed.verify("x", "p").outcome == .refused)
        #expect(bed.http.requests.map(\.url) == ["\(root)_apis/connectionData"])
    }

    @Test func azureWithoutAnOrganisationIsNotAsked() throws {
        let bed = try HostBed("dev.azure.com", answer("{}"))
        #expect(bed.verify("x", "p").outcome == .unchecked)
        #expect(bed.http.requests.isEmpty)
    }

    @Test func bitbucketIsAskedAsItsTokensWantIt() throws {
        let user = answer(#"{"username":"alice","account_id":"557058:1"}"#)
        let bed = try HostBed("bitbucket.org/acme/app.git", user)
        #expect(bed.verify("x-token-auth", "ATCTT1").account == "alice")
        #expect(bed.http.requests[0].url == "https://api.bitbucket.org/2.0/user")
        #expect(bed.http.header("authorization", of: 0) == "Bearer ATCTT1")
        _ = bed.verify("x-bitbucket-api-token-auth", "ATATT1")
        #expect(
            bed.http.requests[1].url
                == "https://bitbucket.org/acme/app.git/info/refs?service=git-upload-pack")
    }

    @Test func letInWithoutALoginProvesNothing() throws {
        let open = answer(
            "", headers: [("content-type", "application/x-git-upload-pack-advertisement")])
        let bed = try HostBed("git.example.com/a%20b/app.git", open)
        #expect(bed.verify("alice", "p").outcome == .unchecked)
        #expect(
            bed.http.requests.map(\.url) == [
                "https://git.example.com/a%20b/app.git/info/refs?service=git-upload-pack",
                "https://git.example.com/a%20b/app.git/info/refs?service=git-receive-pack",
            ])
        #expect(bed.http.header("authorization", of: 1) == nil)
        let closed = try HostBed(
            "git.example.com/app.git", answer("", status: 401), open)
        #expect(closed.verify("alice", "p").outcome == .accepted)
        let page = try HostBed(
            "git.example.com/app.git", answer("", status: 401),
            answer("<html>", headers: [("content-type", "text/html")]))
        #expect(page.verify("alice", "p").outcome == .unchecked)
    }

    private static let ends: [(String, String?)] = [
        ("2027-02-01", "2027-02-01T00:00:00Z"), ("2027-02-01 10:00:00 UTC", "2027-02-01T10:00:00Z"),
        ("2027-02-01 10:00:00 +0200", "2027-02-01T08:00:00Z"),
        ("2027-02-01T10:00:00Z", "2027-02-01T10:00:00Z"),
        ("2020-02-01", nil), ("soon", nil), ("", nil), (" ", nil), ("2027-02-31", nil),
    ]

    @Test(arguments: ends)
    func anEndIsReadAsHostsWriteIt(written: String, time: String?) throws {
        let bed = try HostBed("github.com", answer("{}"))
        let end = LoginCheck(bed.context, bed.place).end(written)
        #expect(end == time.flatMap(ISO8601.seconds))
    }
}
