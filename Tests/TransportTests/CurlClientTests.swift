import CredentialCore
import Testing
import Transport

@Suite struct CurlClientTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

    @Test func `a request is sent as it is given`() throws {
        let server = try Server(Self.answer)
        let headers = [
            HTTPHeader("X-Token", Secret("a: b;c")), HTTPHeader("X-Empty", ""),
            HTTPHeader("X-Blank", " \t"),
        ]
        let client = CurlClient(caBundle: nil)
        let response = try client.send(
            HTTPRequest(.get, server.url() + "a/../b//c?d=%2F&e", headers: headers))
        #expect((response.status, response.text) == (200, "hi"))
        #expect(
            try server.events() == [
                "connection",
                "GET /a/../b//c?d=%2F&e HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
                    + "Accept-Encoding: gzip\r\n"
                    + "X-Token: a: b;c\r\nX-Empty:\r\nX-Blank:\r\n\r\n",
            ])
    }

    @Test(arguments: [HTTPRequest.Method.post, .put], ["", "a=b\0\r\n\r\nc"])
    func `a body is sent as it is given`(method: HTTPRequest.Method, body: String) throws {
        let server = try Server(Self.answer)
        let request = HTTPRequest(
            method, server.url(),
            headers: [HTTPHeader("content-type", "application/x-amz-json-1.1")],
            body: Secret(body))
        #expect(try CurlClient(caBundle: nil).send(request).text == "hi")
        #expect(
            try server.events().last == "\(method.rawValue) / HTTP/1.1\r\n"
                + "Host: 127.0.0.1:\(server.port)\r\nAccept-Encoding: gzip\r\n"
                + "content-type: application/x-amz-json-1.1\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n"
                + body)
    }

    @Test func `a long body is sent without asking first`() throws {
        let server = try Server(Self.answer)
        let body = String(repeating: "0123456789", count: 200_000)
        let request = HTTPRequest(.post, server.url(), body: Secret(body))
        #expect(try CurlClient(caBundle: nil).send(request).status == 200)
        let sent = try #require(try server.events().last)
        #expect(sent.hasSuffix(body) && !sent.contains("Expect"))
    }

    @Test func `a connection is used again, and nothing of the request before`() throws {
        let server = try Server(Self.answer)
        let client = CurlClient(caBundle: nil)
        let first = HTTPRequest(
            .put, server.url(), headers: [HTTPHeader("X-First", "1")], body: Secret("first"))
        #expect(try client.send(first).status == 200)
        #expect(try client.send(HTTPRequest(.get, server.url())).status == 200)
        let events = try server.events()
        #expect(events.count == 3 && events.first == "connection")
        #expect(
            events.last == "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
                + "Accept-Encoding: gzip\r\n\r\n")
    }

    @Test func `the headers are those of the last answer`() throws {
        let server = try Server(
            "HTTP/1.1 103 Early Hints\r\nLink: no\r\n\r\nHTTP/1.1 404 No\r\nX-One:  a b \r\n"
                + "x-one: c\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Last: no\r\n\r\n"
        )
        let response = try CurlClient(caBundle: nil).send(HTTPRequest(.get, server.url()))
        #expect((response.status, response.text) == (404, "hi"))
        #expect(response.headers.map(\.name) == ["x-one", "x-one", "transfer-encoding"])
        #expect(response.headers.map(\.value) == ["a b", "c", "chunked"])
    }

    @Test func `a redirect is not followed`() throws {
        let other = try Server(Self.answer)
        let server = try Server(
            "HTTP/1.1 307 Moved\r\nLocation: \(other.url())\r\nContent-Length: 0\r\n\r\n")
        let request = HTTPRequest(.post, server.url(), body: Secret("secret"))
        let response = try CurlClient(caBundle: nil).send(request)
        #expect((response.status, response.header("location")) == (307, other.url()))
        #expect(try other.events() == [])
        #expect(try CurlClient(caBundle: nil).send(HTTPRequest(.get, other.url())).status == 200)
        #expect(try other.events().count == 2)
    }

    @Test func `cookies are not kept`() throws {
        let server = try Server("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        let client = CurlClient(caBundle: nil)
        for _ in 0..<2 {
            let response = try client.send(HTTPRequest(.get, server.url()))
            #expect(response.header("set-cookie") == "a=b")
        }
        let events = try server.events()
        #expect(events.count == 3)
        #expect(!events.joined().contains("Cookie"))
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\u{1}", "a\u{7F}"])
    func `a value that breaks its line is refused`(value: String) throws {
        let server = try Server(Self.answer)
        var request = HTTPRequest(
            .get, server.url(), headers: [HTTPHeader("X-Token", Secret(value))])
        #expect(
            failure(of: request)
                == TransportFailure(
                    .unsendable, "the value of the header X-Token holds a control character"))
        #expect(try server.events() == [])
        request.headers = [HTTPHeader("X-Token", Secret("a\tb \u{E9}"))]
        #expect(try CurlClient(caBundle: nil).send(request).status == 200)
        #expect(try server.events().last?.contains("X-Token: a\tb \u{C3}\u{A9}\r\n") == true)
    }

    @Test(arguments: ["", "X:", "X-A: b\r\nX", "X;", "X Y", "X\0"])
    func `what is no name of a header is refused`(name: String) throws {
        let server = try Server(Self.answer)
        let request = HTTPRequest(.get, server.url(), headers: [HTTPHeader(name, "value")])
        let refused = try #require(failure(of: request))
        #expect(refused.reason == .unsendable && !refused.problem.contains("\n"))
        #expect(try server.events() == [])
    }
}
