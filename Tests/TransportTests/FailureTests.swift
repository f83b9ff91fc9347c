import CredentialCore
import Glibc
import Testing
import Transport

@Suite struct FailureTests {
    private static let head = "HTTP/1.1 200 OK\r\n"
    private static let limit = 1 << 20

    @Test(arguments: [(0, true), (1, false)])
    func `a body may have 1 MiB`(excess: Int, isRead: Bool) throws {
        let length = Self.limit + excess
        let body = String(repeating: "a", count: length)
        // With its length told, in chunks, and until the end of the connection.
        for answer in [
            Self.head + "Content-Length: \(length)\r\n\r\n" + body,
            Self.head + "Transfer-Encoding: chunked\r\n\r\n" + String(length, radix: 16)
                + "\r\n\(body)\r\n0\r\n\r\n",
            Self.head + "Connection: close\r\n\r\n" + body,
        ] {
            let server = try Server(answer, closes: true)
            try expect(server, isRead: isRead)
        }
    }

    @Test(arguments: [(0, true), (1, false), (64 << 20, false)])
    func `a compressed body may have 1 MiB when it is unpacked`(excess: Int, isRead: Bool) throws {
        let server = try Server(
            .init(
                answer: Self.head + "Content-Encoding: gzip\r\nConnection: close\r\n\r\n",
                gzip: Self.limit + excess, closes: true))
        try expect(server, isRead: isRead)
    }

    private func expect(_ server: Server, isRead: Bool) throws {
        let request = HTTPRequest(.get, server.url())
        if isRead {
            let response = try CurlClient(caBundle: nil).send(request)
            #expect(response.body.count == Self.limit)
            #expect(response.text.utf8.allSatisfy { $0 == UInt8(ascii: "a") })
        } else {
            #expect(
                failure(of: request)
                    == TransportFailure(
                        .malformed, "the answer of 127.0.0.1:\(server.port) is too long"))
        }
    }

    @Test(arguments: [(200, true), (300, false)])
    func `headers may have 256 KiB`(lines: Int, isRead: Bool) throws {
        let line = "X: " + String(repeating: "a", count: 1019) + "\r\n"
        let headers = String(repeating: line, count: lines)
        let server = try Server(Self.head + headers + "Content-Length: 0\r\n\r\n")
        let request = HTTPRequest(.get, server.url())
        if isRead {
            #expect(try CurlClient(caBundle: nil).send(request).status == 200)
        } else {
            #expect(failure(of: request)?.reason == .malformed)
        }
    }

    @Test(arguments: [
        "Content-Length: 10\r\n\r\nhalf", "Content-Encoding: gzip\r\n\r\nplain",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nab", "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "Content-Length: none\r\n\r\n", "no colon\r\n\r\n",
    ])
    func `a broken answer is none`(rest: String) throws {
        let server = try Server(Self.head + rest, closes: true)
        let found = try #require(failure(of: HTTPRequest(.get, server.url())))
        #expect(found.reason == .malformed)
        #expect(found.problem.hasPrefix("the answer of 127.0.0.1:\(server.port) is broken: "))
    }

    @Test(arguments: ["hello\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"])
    func `an answer that is no HTTP is none`(answer: String) throws {
        let server = try Server(answer, closes: true)
        #expect(failure(of: HTTPRequest(.get, server.url()))?.reason == .malformed)
    }

    @Test func `a connection closed unanswered`() throws {
        let server = try Server("", closes: true)
        #expect(
            failure(of: HTTPRequest(.get, server.url()))
                == TransportFailure(
                    .unreachable, "127.0.0.1:\(server.port) closed the connection unanswered"))
    }

    @Test(arguments: [nil, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    func `an answer that does not come, or not all of it, is late`(answer: String?) throws {
        let server = try Server(answer)
        var request = HTTPRequest(.get, server.url())
        request.timeout = 300
        let start = ContinuousClock.now
        #expect(
            failure(of: request)
                == TransportFailure(
                    .late, "127.0.0.1:\(server.port) did not answer within 1 s"))
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(try server.events().count == 2)
        request.timeout = 0
        #expect(failure(of: request)?.reason == .late)
        // What is left of two seconds is no number that anybody wrote down.
        request.timeout = 297
        request.waited = 1700
        #expect(failure(of: request)?.problem.hasSuffix("did not answer within 2 s") == true)
    }

    @Test func `a host that does not take the connection is late`() throws {
        let listener = try Listener(backlog: 0)
        // One more than the backlog is let in.
        let waiting = [listener.connect(), listener.connect()]
        defer { for descriptor in waiting { close(descriptor) } }
        var request = HTTPRequest(.get, "http://127.0.0.1:\(listener.port)/")
        request.connectTimeout = 1000
        let start = ContinuousClock.now
        #expect(
            failure(of: request)
                == TransportFailure(
                    .late, "127.0.0.1:\(listener.port) did not answer within 1 s"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `nobody listens`() throws {
        let port = try Listener(backlog: nil).port
        let found = try #require(failure(of: HTTPRequest(.get, "http://127.0.0.1:\(port)/")))
        #expect(found.reason == .unreachable)
        #expect(found.problem.hasPrefix("127.0.0.1:\(port) cannot be reached: "))
    }

    @Test func `an unknown host`() {
        // A label of 64 letters is in no zone (RFC 1035, 2.3.4), so that no server is asked.
        let host = String(repeating: "a", count: 64) + ".example"
        var request = HTTPRequest(.get, "https://\(host)/path?query")
        request.usesProxy = false
        #expect(
            failure(of: request)
                == TransportFailure(.unresolved, "no address is known for \(host):443"))
    }

    @Test func `a host that can have no name`() {
        var request = HTTPRequest(.get, "https://\u{202E}a.example/")
        request.usesProxy = false
        #expect(
            failure(of: request)
                == TransportFailure(
                    .forbidden, "%E2%80%AEa.example:443 cannot be the name of a host"))
    }
}
