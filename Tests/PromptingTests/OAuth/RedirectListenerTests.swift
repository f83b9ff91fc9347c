import CredentialCore
import Launch
import Testing

@testable import Prompting

@Suite struct RedirectListenerTests {
    private let listener: RedirectListener
    private let visit: AwaitedVisit
    private let watch: VisitWatch
    private let host: String

    init() throws {
        listener = try RedirectListener(RedirectAddress())
        visit = AwaitedVisit(listener: listener, state: Secret(copying: Array("right".utf8)))
        watch = try VisitWatch(visit, until: Deadline(milliseconds: 20_000))
        host = String(listener.redirect.dropFirst("http://".count).dropLast())
    }

    private func get(_ target: String, host: String? = nil) throws -> String {
        let visitor = try #require(ScriptedVisitor(listener.redirect))
        visitor.say("GET \(target) HTTP/1.1\r\nHost: \(host ?? self.host)\r\n\r\n")
        return visitor.hear()
    }

    private func bring() throws -> [UInt8]? {
        _ = try get("/?code=theirs&state=right")
        guard case .code(let code) = watch.wait() else { return nil }
        return code.withBytes { Array($0) }
    }

    @Test func `the answer is taken, thanked for, and the last thing that is`() throws {
        let page = try get("/?code=theirs&state=right")
        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
        for header in [
            "Content-Security-Policy: default-src 'none'", "Referrer-Policy: no-referrer",
            "Cache-Control: no-store", "Connection: close",
        ] { #expect(page.contains("\r\n\(header)\r\n")) }
        #expect(!page.contains("theirs") && !page.contains("right"))
        guard case .code(let code) = watch.wait() else {
            Issue.record("no code")
            return
        }
        #expect(code.withBytes { $0.elementsEqual("theirs".utf8) })
        #expect(watch.isOver)
        #expect(ScriptedVisitor(listener.redirect) == nil)
    }

    @Test(arguments: [
        ("/?code=mine&state=wrong", "400 "), ("/", "400 "), ("/favicon.ico", "404 "),
        ("/x?code=mine&state=right", "404 "), ("/?code=mine&code=x&state=right", "400 "),
        ("/?error=access_denied&state=wrong", "400 "),
        ("/?code=" + String(repeating: "a", count: 65536) + "&state=right", "431 "),
    ])
    func `others are sent away, and the answer still comes`(target: String, status: String) throws {
        let page = try get(target)
        #expect(page.hasPrefix("HTTP/1.1 \(status)"))
        #expect(!page.contains("mine") && !page.contains("aaaa"))
        #expect(!watch.isOver)
        #expect(try bring() == Array("theirs".utf8))
    }

    @Test(arguments: ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "evil.example:80"])
    func `a name that only resolves to this machine is another host`(host: String) throws {
        let page = try get("/?code=mine&state=right", host: host)
        #expect(page.hasPrefix("HTTP/1.1 421 "))
        #expect(!watch.isOver)
        #expect(try bring() == Array("theirs".utf8))
    }

    @Test func `this machine's name will do as well`() throws {
        let port = host.split(separator: ":")[1]
        let page = try get("/?code=theirs&state=right", host: "localhost:\(port)")
        #expect(page.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `silent and slow visitors do not hold up the one that counts`() throws {
        let silent = (0..<40).compactMap { _ in ScriptedVisitor(listener.redirect) }
        let slow = try #require(ScriptedVisitor(listener.redirect))
        slow.say("GET /?code=theirs&state=ri")
        #expect(silent.count == 40)
        #expect(try get("/").hasPrefix("HTTP/1.1 400 "))
        slow.say("ght HTTP/1.1\r\nHost: \(host)\r\n")
        slow.say("\r\n")
        #expect(slow.hear().hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `a body is not read`() throws {
        let visitor = try #require(ScriptedVisitor(listener.redirect))
        visitor.say("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 30\r\n\r\n")
        visitor.say("code=mine&state=right")
        #expect(visitor.hear().hasPrefix("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n"))
        #expect(try bring() == Array("theirs".utf8))
    }

    @Test func `it can be stopped, and says so`() {
        watch.stop()
        #expect(watch.isOver)
        #expect(watch.wait() == nil)
    }

    @Test func `the deadline ends it`() throws {
        let late = try VisitWatch(visit, until: Deadline(milliseconds: 0))
        #expect(late.wait() == nil)
    }

    @Test func `a port that is taken is named`() throws {
        let taken = try RedirectAddress(listener.redirect)
        #expect {
            try RedirectListener(taken)
        } throws: {
            let error = $0 as? CredentialError
            return error?.code == .system && error?.problem.contains(host) == true
        }
    }

    @Test(arguments: ["http://", "", "  http://"])
    func `what a browser could not bring can be pasted`(scheme: String) {
        let line = "\(scheme)\(host)/?code=theirs&state=right  "
        guard case .code(let code) = visit.answer(pasted: Secret(copying: Array(line.utf8))) else {
            Issue.record("no code")
            return
        }
        #expect(code.withBytes { $0.elementsEqual("theirs".utf8) })
    }

    @Test func `what is pasted is checked as what a browser brings`() {
        let lines = [
            "", " ", "theirs", "http://\(host)/?code=theirs&state=wrong", "http://\(host)/",
            "http://\(host)/x?code=theirs&state=right", "http://evil/?code=theirs&state=right",
            "https://\(host)/?code=theirs&state=right", "http://\(host)1/?code=theirs&state=right",
        ]
        for line in lines {
            #expect(visit.answer(pasted: Secret(copying: Array(line.utf8))) == nil)
        }
    }
}
