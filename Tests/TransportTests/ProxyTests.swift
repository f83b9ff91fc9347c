import CredentialCore
import Glibc
import Testing
import Transport

/// The proxies are named by the environment, so each test runs in a process of its own.
@Suite struct ProxyTests {
    @Test func `a distant host is asked through the proxy's tunnel`() async {
        await #expect(processExitsWith: .success) {
            let certificate = try Certificate("DNS:api.example.com")
            let server = try Server(.init(answer: answer, certificate: certificate.path))
            let proxy = try Server(.init(answer: connected, tunnel: server.port))
            setenv("https_proxy", "http://user:password@127.0.0.1:\(proxy.port)", 1)
            let response = try CurlClient(caBundle: certificate.path).send(request)
            #expect((response.status, response.text) == (200, "hi"))
            #expect(response.headers.map(\.name) == ["content-length"])
            #expect(try server.events().last?.contains("X-Token: secret") == true)
            let seen = try proxy.events().joined()
            #expect(seen.contains("CONNECT api.example.com:443 HTTP/1.1\r\n"))
            #expect(seen.contains("Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"))
            #expect(!seen.contains("secret"))
        }
    }

    @Test(arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
    func `a proxy that refuses is named as the one that did`(variable: String) async {
        await #expect(processExitsWith: .success) { [variable] in
            let proxy = try Server("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
            setenv(variable, "http://user:password@127.0.0.1:\(proxy.port)", 1)
            #expect(
                failure(of: request)
                    == TransportFailure(
                        .unreachable,
                        "the proxy refuses to connect to api.example.com:443: HTTP 407"))
        }
    }

    @Test func `a proxy that is not there`() async {
        await #expect(processExitsWith: .success) {
            let port = try Listener(backlog: nil).port
            setenv("https_proxy", "http://user:password@127.0.0.1:\(port)", 1)
            let found = failure(of: request)
            #expect(found?.reason == .unreachable)
            #expect(found?.problem.contains("127.0.0.1 port \(port)") == true)
            #expect(found?.problem.contains("password") == false)
            let unknown = String(repeating: "a", count: 64)
            for proxy in [
                "http://user:password@\(unknown):1", "http://user:password@[x", "x://p:password@h",
            ] {
                setenv("https_proxy", proxy, 1)
                let found = failure(of: request)
                #expect(found?.problem.contains("api.example.com:443") == true)
                #expect(found?.problem.contains("password") == false)
            }
        }
    }

    @Test func `a proxy is left out when the environment or the request says so`() async {
        await #expect(processExitsWith: .success) {
            let proxy = try Server("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            setenv("https_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            // No name server is asked for such a name.
            var request = HTTPRequest(.get, "https://\(String(repeating: "a", count: 64)).example/")
            #expect(failure(of: request)?.reason == .unreachable)
            let events = try proxy.events().count
            #expect(events > 1)
            request.usesProxy = false
            #expect(failure(of: request)?.reason == .unresolved)
            request.usesProxy = true
            setenv("NO_PROXY", ".example", 1)
            #expect(failure(of: request)?.reason == .unresolved)
            #expect(try proxy.events().count == events)
        }
    }

    @Test func `what is on this machine is asked without a proxy`() async {
        await #expect(processExitsWith: .success) {
            let proxy = try Server("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            for variable in ["http_proxy", "https_proxy", "all_proxy"] {
                setenv(variable, "http://127.0.0.1:\(proxy.port)", 1)
            }
            let server = try Server(answer)
            for host in ["127.0.0.1", "localhost", "127.1"] {
                let response = try CurlClient(caBundle: nil).send(
                    HTTPRequest(.get, server.url("http", host)))
                #expect(response.status == 200)
            }
            #expect(try proxy.events() == [])
            // Plain HTTP goes nowhere else, not over a proxy either.
            let distant = HTTPRequest(.get, "http://127.0.0.1.example.com/")
            #expect(failure(of: distant)?.reason == .forbidden)
            #expect(try proxy.events() == [])
            // This would go there.
            #expect(failure(of: request)?.reason == .unreachable)
            #expect(try proxy.events().count > 1)
        }
    }
}

private let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
private let connected = "HTTP/1.1 200 Connected\r\nX-Proxy: yes\r\n\r\n"
private let request = HTTPRequest(
    .get, "https://api.example.com/", headers: [HTTPHeader("X-Token", "secret")])
