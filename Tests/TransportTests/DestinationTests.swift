import Testing

@testable import Transport

@Suite struct DestinationTests {
    @Test(arguments: [
        ("http://127.0.0.1/", "127.0.0.1:80"), ("http://127.9.8.7:81/a", "127.9.8.7:81"),
        ("http://localhost:8080", "localhost:8080"), ("http://LocalHost/", "LocalHost:80"),
        ("http://[::1]:9/", "[::1]:9"), ("http://[0:0:0:0:0:0:0:1]/", "[::1]:80"),
        ("http://169.254.169.254/latest/api/token", "169.254.169.254:80"),
        ("http://169.254.170.2/v2/x", "169.254.170.2:80"),
        ("http://169.254.170.23/v1/credentials", "169.254.170.23:80"),
        ("http://[fd00:ec2::254]/", "[fd00:ec2::254]:80"),
        ("http://[FD00:0ec2::23]/", "[fd00:ec2::23]:80"),
        // libcurl itself connects to what these come to.
        ("http://127.1/", "127.0.0.1:80"), ("http://2130706433/", "127.0.0.1:80"),
        ("http://0x7f.1/", "127.0.0.1:80"), ("http://%6cocalhost/", "localhost:80"),
        ("https://127.0.0.1:4443/", "127.0.0.1:4443"),
    ])
    func `what does not leave the machine may be asked in the clear`(
        url: String, authority: String
    ) throws {
        let destination = try Destination(url)
        #expect(destination.authority == authority)
        #expect(destination.isOwn)
    }

    @Test(arguments: [
        "http://127.0.0.1.evil.com/", "http://localhost.evil.com/", "http://localhost./",
        "http://evil-localhost/", "http://128.0.0.1/", "http://169.254.169.253/",
        "http://169.254.169.254.evil.com/", "http://10.0.0.1/", "http://0.0.0.0/", "http://0/",
        "http://[::]/", "http://[::2]/", "http://[::ffff:127.0.0.1]/", "http://[fd00:ec2::253]/",
        "http://[fe80::1%25lo]/", "http://evil.com/127.0.0.1", "http://evil.com?@127.0.0.1/",
        "http://evil.com#@127.0.0.1/", "http://api.ecr.eu-west-1.amazonaws.com/",
        "http://127.0.0.1%2eevil.com/", "http://\u{FF4C}ocalhost/", "http://127.0.0.256/",
    ])
    func `everything else may not`(url: String) throws {
        expectForbidden(url)
        // Over TLS it may: what is wrong is the scheme alone.
        #expect(try !Destination(url.replacing("http:", with: "https:")).isOwn)
    }

    @Test(arguments: [
        "", "/", "api.example.com/", "//api.example.com/", "https://",
        "http://127.0.0.1\\@evil.com/",
        "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "httpx://127.0.0.1/",
        "https://user@api.example.com/", "https://user:password@api.example.com/",
        "https://@api.example.com/", "http://127.0.0.1:80@evil.com/", "http://127.0.0.1:99999/",
        "https://api.example.com:port/", "https://api.exa mple.com/", "https://[::1/",
        "https://api.example.com/\r\nHost: evil.com", "https://api.example.com\0.evil.com/",
        "http://127.0.0.1 @evil.com/", "https://a.com\\@b.com@c.com/",
    ])
    func `what is no plain URL is refused`(url: String) {
        expectForbidden(url)
    }

    @Test func `a refusal tells host and port alone`() throws {
        #expect(
            throws: TransportFailure(
                .forbidden, "evil.com:8080 would be asked over plain HTTP, which anyone can read")
        ) {
            try Destination("http://evil.com:8080/path?secret#secret")
        }
        #expect(
            throws: TransportFailure(
                .forbidden,
                "the URL cannot be used: Credentials was passed in the URL when prohibited")
        ) {
            try Destination("https://user:secret@evil.com/")
        }
    }

    private func expectForbidden(_ url: String) {
        do throws(TransportFailure) {
            _ = try Destination(url)
            Issue.record("\(url) is allowed")
        } catch {
            #expect(error.reason == .forbidden)
        }
    }
}
