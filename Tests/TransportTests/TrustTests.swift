import CredentialCore
import Testing
import Transport

@Suite struct TrustTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

    private static func server(_ certificate: Certificate) throws -> Server {
        try Server(.init(answer: answer, certificate: certificate.path))
    }

    @Test(arguments: [("DNS:localhost", "localhost"), ("IP:127.0.0.1", "127.0.0.1")])
    func `the right certificate is trusted`(name: String, host: String) throws {
        let certificate = try Certificate(name)
        let server = try Self.server(certificate)
        let client = CurlClient(caBundle: certificate.path)
        #expect(try client.send(HTTPRequest(.get, server.url("https", host))).text == "hi")
    }

    @Test func `one for another name is not`() throws {
        let certificate = try Certificate("DNS:localhost.example")
        let server = try Self.server(certificate)
        try expectUntrusted(server, certificate.path)
    }

    @Test func `one of an unknown authority is not`() throws {
        let server = try Self.server(try Certificate("DNS:localhost"))
        try expectUntrusted(server, nil)
        let other = try Certificate("DNS:localhost")
        try expectUntrusted(server, other.path)
    }

    @Test func `without the bundle nobody is trusted`() throws {
        let server = try Self.server(try Certificate("DNS:localhost"))
        try expectUntrusted(server, "/nonexistent/bundle.pem")
    }

    @Test func `a server without TLS is not trusted`() throws {
        try expectUntrusted(try Server(Self.answer), nil)
    }

    private func expectUntrusted(_ server: Server, _ bundle: String?) throws {
        let request = HTTPRequest(
            .post, server.url("https", "localhost"), headers: [HTTPHeader("X-Token", "secret")],
            body: Secret("secret"))
        let found = try #require(failure(of: request, caBundle: bundle))
        #expect(found.reason == .untrusted)
        #expect(found.problem.hasPrefix("localhost:\(server.port) could not prove who it is: "))
        // It may have seen a greeting, but no request.
        #expect(try !server.events().joined().contains("secret"))
    }
}
