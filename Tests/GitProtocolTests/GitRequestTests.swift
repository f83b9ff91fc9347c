import CredentialCore
import GitProtocol
import Testing

@Suite struct GitRequestTests {
    @Test func `a request with every attribute is read whole`() throws {
        let request = try request(
            """
            capability[]=authtype
            capability[]=state
            authtype=Bearer
            credential=abc=
            ephemeral=1
            protocol=https
            host=[::1]:8443
            path=acme/app.git
            username=alice@example.com
            password= p=ss wörd\u{20}
            oauth_refresh_token=refresh
            password_expiry_utc=1800000000
            wwwauth[]=Basic realm="a"
            wwwauth[]=Bearer
            continue=1
            state[]=other:1
            state[]=keyfob:2
            quit=true

            """)
        #expect(request.capabilities == [.authtype, .state])
        #expect(request.authtype == Array("Bearer".utf8))
        #expect(request.credential?.bytes == Array("abc=".utf8))
        #expect(request.ephemeral)
        #expect(request.protocolName == Array("https".utf8))
        #expect(request.host == Array("[::1]:8443".utf8))
        #expect(request.path == Array("acme/app.git".utf8))
        #expect(request.username == Array("alice@example.com".utf8))
        #expect(request.password?.bytes == Array(" p=ss wörd ".utf8))
        #expect(request.oauthRefreshToken?.bytes == Array("refresh".utf8))
        #expect(request.passwordExpiry == 1_800_000_000)
        #expect(
            request.wwwAuthenticate == [Array(#"Basic realm="a""#.utf8), Array("Bearer".utf8)])
        #expect(request.continues)
        #expect(request.states == [Array("other:1".utf8), Array("keyfob:2".utf8)])
        #expect(request.quit)
    }

    @Test(arguments: ["", "\n", "\nhost=h\n"])
    func `a request without attributes says nothing`(text: String) throws {
        let request = try request(text)
        #expect(request.protocolName == nil)
        #expect(request.host == nil)
        #expect(request.path == nil)
        #expect(request.username == nil)
        #expect(request.password == nil)
        #expect(request.credential == nil)
        #expect(request.oauthRefreshToken == nil)
        #expect(request.passwordExpiry == nil)
        #expect(request.authtype == nil)
        #expect(!request.ephemeral && !request.continues && !request.quit)
        #expect(request.capabilities.isEmpty)
        #expect(request.wwwAuthenticate.isEmpty && request.states.isEmpty)
    }

    @Test(arguments: ["host=h", "host=h\n", "host=h\n\n", "host=h\n\nhost=x\nno attribute\0"])
    func `a request ends with its input or at its first blank line`(text: String) throws {
        #expect(try request(text).host == Array("h".utf8))
    }

    @Test func `an empty value is not an absent one`() throws {
        let request = try request("host=\nusername=\npassword=\n")
        #expect(request.host?.isEmpty == true)
        #expect(request.username?.isEmpty == true)
        #expect(request.password?.isEmpty == true)
        #expect(request.path == nil)
    }

    @Test(arguments: RequestField.all.filter { !$0.key.hasSuffix("[]") })
    func `the last of several values counts`(field: RequestField) throws {
        let request = try request("\(field.key)=first\nx=y\n\(field.key)=last\n")
        #expect(field.value(request) == Array("last".utf8))
    }

    @Test func `an empty element empties its own list and no other`() throws {
        let request = try request(
            """
            capability[]=authtype
            wwwauth[]=a
            state[]=a
            capability[]=
            capability[]=state
            wwwauth[]=
            wwwauth[]=b
            wwwauth[]=c
            """)
        #expect(request.capabilities == .state)
        #expect(request.wwwAuthenticate == [Array("b".utf8), Array("c".utf8)])
        #expect(request.states == [Array("a".utf8)])
        #expect(try GitProtocolTests.request("state[]=a\nstate[]=\n").states.isEmpty)
    }

    @Test(arguments: [
        "xhost=x", "Host=x", "HOST=x", "host[]=x", "hos=x", "host =x", " host=x", "wwwauth=x",
        "capability=authtype", "state=x", "url=https://x/", "ntlm=allow", "é=x",
    ])
    func `an unknown key says nothing`(line: String) throws {
        let request = try request("host=h\n\(line)\npath=p\n")
        #expect(request.host == Array("h".utf8))
        #expect(request.path == Array("p".utf8))
        #expect(request.protocolName == nil)
        #expect(request.wwwAuthenticate.isEmpty && request.states.isEmpty)
        #expect(request.capabilities.isEmpty)
    }

    @Test func `a URL alone names no host`() throws {
        let request = try request("url=https://alice:pw@example.com/acme\n")
        #expect(request.host == nil)
        #expect(request.username == nil)
        #expect(request.password == nil)
    }

    @Test func `unknown capabilities are passed over`() throws {
        let text = "capability[]=Authtype\ncapability[]=time-travel\ncapability[]=state\n"
        #expect(try request(text).capabilities == .state)
    }
}
