import CredentialCore
import Glibc
import Testing
import Transport

@Suite struct AddressGuardTests {
    @Test func `what is for public addresses alone is not sent to others`() throws {
        let certificate = try Certificate("DNS:localhost")
        let server = try Server(
            .init(
                answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                certificate: certificate.path))
        var request = HTTPRequest(
            .get, server.url("https", "localhost"), headers: [HTTPHeader("X-Token", "secret")])
        let client = CurlClient(caBundle: certificate.path)
        let response = try client.send(request)
        #expect(response.address?.text == "127.0.0.1")
        #expect(try server.events().filter { $0.contains("secret") }.count == 1)
        // The connection of before must not be used again.
        request.refusesPrivateAddresses = true
        do throws(TransportFailure) {
            _ = try client.send(request)
            Issue.record("it was sent")
        } catch {
            #expect(
                error
                    == TransportFailure(
                        .forbidden,
                        "localhost:\(server.port) is at 127.0.0.1, an address of a private network")
            )
        }
        #expect(try server.events().filter { $0.contains("secret") }.count == 1)
        // And the refusal is that request's alone.
        request.refusesPrivateAddresses = false
        #expect(try client.send(request).status == 200)
    }

    @Test func `a proxy's address is not the host's`() async {
        await #expect(processExitsWith: .success) {
            let certificate = try Certificate("DNS:api.example.com")
            let server = try Server(
                .init(
                    answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                    certificate: certificate.path))
            let proxy = try Server(
                .init(
                    answer: "HTTP/1.1 200 Connection established\r\n\r\n", tunnel: server.port))
            setenv("https_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            var request = HTTPRequest(.get, "https://api.example.com/")
            request.refusesPrivateAddresses = true
            let response = try CurlClient(caBundle: certificate.path).send(request)
            #expect((response.status, response.address) == (200, nil))
        }
    }

    @Test(arguments: ["all_proxy", "HTTPS_PROXY"])
    func `a SOCKS proxy's address is not the host's`(variable: String) async {
        await #expect(processExitsWith: .success) { [variable] in
            let certificate = try Certificate("DNS:api.example.com")
            let server = try Server(
                .init(
                    answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                    certificate: certificate.path))
            let proxy = try Server(.init(tunnel: server.port, socks: true))
            setenv(variable, "socks5h://localhost:\(proxy.port)", 1)
            var request = HTTPRequest(.get, "https://api.example.com/")
            request.refusesPrivateAddresses = true
            let response = try CurlClient(caBundle: certificate.path).send(request)
            #expect((response.status, response.address) == (200, nil))
        }
    }

    @Test func `what no SOCKS proxy is used for is looked at`() async {
        await #expect(processExitsWith: .success) {
            let certificate = try Certificate("DNS:localhost")
            let server = try Server(
                .init(
                    answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                    certificate: certificate.path))
            setenv("all_proxy", "socks5h://127.0.0.1:9", 1)
            setenv("no_proxy", "localhost", 1)
            var request = HTTPRequest(.get, server.url("https", "localhost"))
            #expect(try CurlClient(caBundle: certificate.path).send(request).status == 200)
            request.refusesPrivateAddresses = true
            #expect(failure(of: request, caBundle: certificate.path)?.reason == .forbidden)
        }
    }
}
