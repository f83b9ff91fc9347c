import HostAccess
import Testing
import Transport

@testable import HostClient

@Suite struct RecognitionTests {
    private func challenges(
        _ headers: [(name: String, value: String)], status: Int = 401
    ) throws -> [String] {
        let bed = try HostBed("git.example.com", answer("", status: status, headers: headers))
        return HostRecognition(bed.context, bed.place).challenges()
    }

    @Test(arguments: [
        ("", "keyfob/unknown.git"), ("/acme", "acme/unknown.git"), ("/acme/a b", "acme/a%20b.git"),
        ("/acme/web/app.git", "acme/web/app.git"),
    ])
    func aRepositoryIsAskedFor(path: String, asked: String) throws {
        let bed = try HostBed("git.example.com\(path)", answer("", status: 401))
        #expect(HostRecognition(bed.context, bed.place).challenges() == [])
        #expect(
            bed.http.requests.map(\.url)
                == ["https://git.example.com/\(asked)/info/refs?service=git-receive-pack"])
        #expect(bed.http.requests[0].timeout <= 5000)
        #expect(bed.http.header("authorization", of: 0) == nil)
    }

    @Test func whatTheHostSaysIsTaken() throws {
        let basic = (name: "www-authenticate", value: "Basic realm=\"GitLab\"")
        #expect(try challenges([basic, ("date", "x")]) == ["Basic realm=\"GitLab\""])
        #expect(try challenges([basic], status: 200) == [])
        #expect(try challenges([basic], status: 302) == [])
        #expect(try challenges([]) == [])
        #expect(try challenges(Array(repeating: basic, count: 100)).count == 8)
        #expect(
            try challenges([("www-authenticate", String(repeating: "x", count: 4000)), basic])
                == ["Basic realm=\"GitLab\""])
    }

    @Test func aGiteaIsKnownByItsCookieWhereItAsksForNoLogin() throws {
        let cookie = (name: "set-cookie", value: "i_like_gitea=0a1b; Path=/")
        #expect(try challenges([cookie], status: 404) == ["Basic realm=\"Gitea\""])
        #expect(try challenges([("set-cookie", "session=i_like_gitea")], status: 404) == [])
    }

    @Test func aHostThatDoesNotAnswerSaysNothing() throws {
        let bed = try HostBed("git.example.com", .failure(.init(.unreachable, "gone")))
        #expect(HostRecognition(bed.context, bed.place).challenges() == [])
    }
}
