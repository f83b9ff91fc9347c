import CredentialCore
import Testing

@testable import Prompting

@Suite struct RedirectAddressTests {
    @Test func `without a registered one it is a port's root`() {
        #expect(RedirectAddress().url(port: 7) == "http://127.0.0.1:7/")
        #expect(RedirectAddress().port == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:34106/", 34106, "/"), ("http://localhost:80/a/b", 80, "/a/b"),
        ("http://localhost:34106", 34106, "/"), ("http://127.0.0.1:65535/%7e", 65535, "/%7e"),
    ])
    func `a registered one is sent byte for byte`(url: String, port: UInt16, path: String) throws {
        let address = try RedirectAddress(url)
        #expect(address.port == port && address.requestPath == path)
        #expect(address.url(port: port) == url)
    }

    @Test func `one without a port stands for all`() throws {
        let address = try RedirectAddress("http://127.0.0.1/callback")
        #expect(address.port == nil)
        #expect(address.url(port: 7) == "http://127.0.0.1:7/callback")
    }

    @Test(arguments: [
        "https://127.0.0.1:7/", "http://[::1]:7/", "http://127.0.0.2:7/", "http://git.example.com/",
        "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:/", "http://",
        "http://127.0.0.1:7:8/", "http://127.0.0.1:7/?a=b", "http://127.0.0.1:7/#a",
        "http://127.0.0.1:7/ ", "http://u@127.0.0.1:7/", "127.0.0.1:7", "",
    ])
    func `where no browser would come is refused`(url: String) {
        #expect {
            try RedirectAddress(url)
        } throws: {
            ($0 as? CredentialError)?.code == .configuration
        }
    }
}
