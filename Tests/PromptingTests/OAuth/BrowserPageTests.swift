import Testing

@testable import Prompting

@Suite struct BrowserPageTests {
    @Test(arguments: [
        "https://git.example.com/login/oauth/authorize?a=b&c=d%20e#f", "https://h:8443",
        "http://127.0.0.1:8080/x", "http://localhost/x?y", "http://[::1]:8080/",
        "https://login.example.com/a~b_c-d.e?scope=a+b,c:d@e",
    ])
    func `a web page can be opened`(url: String) {
        #expect(BrowserPage(url)?.url == url)
    }

    @Test(arguments: [
        "http://git.example.com/", "file:///etc/passwd", "javascript:alert(1)", "ftp://h/", "",
        "https:", "https://", "https:///path", "HTTPS", "https:/h", "-https://h/", "--help",
        "https://h/ x", "https://h/\n", "https://h/\0", "https://h/\u{1B}]0;x\u{7}",
        "https://h/\u{E9}",
        "https://h/$(id)", "https://h/`id`", "https://h/;id", "https://h/'", "https://h/\"",
        "https://h/|id", "https://h/\\", "https://h/<", "https://h/*", "https://h/!",
        "https://good.example@evil.example/", "https://h:99999/", "https://a..b/", "http://127.1/",
        "https://h/" + String(repeating: "a", count: 8192),
    ])
    func `anything else is given to no program`(url: String) {
        #expect(BrowserPage(url) == nil)
    }
}
