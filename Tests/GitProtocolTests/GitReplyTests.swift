import CredentialCore
import GitProtocol
import Testing

@Suite struct GitReplyTests {
    @Test func `a reply that says nothing is no bytes at all`() throws {
        #expect(try GitReply().bytes().isEmpty)
        var announcing = GitReply()
        announcing.capabilities = [.authtype, .state]
        #expect(announcing.isEmpty)
        #expect(try announcing.bytes().isEmpty)
    }

    @Test func `a user name and password are two lines`() throws {
        var reply = GitReply()
        reply.username = Array("alice".utf8)
        reply.password = Secret("p=ss wörd")
        #expect(try reply.bytes() == Array("username=alice\npassword=p=ss wörd\n".utf8))
    }

    @Test func `empty values are lines too`() throws {
        var reply = GitReply()
        reply.username = []
        reply.password = Secret("")
        #expect(try reply.bytes() == Array("username=\npassword=\n".utf8))
    }

    @Test func `a reply with every attribute announces its extensions first`() throws {
        let golden = """
            capability[]=authtype
            capability[]=state
            authtype=Bearer
            credential=token
            ephemeral=1
            username=alice
            password=pw
            oauth_refresh_token=refresh
            password_expiry_utc=9999999999
            continue=1
            state[]=keyfob:1
            quit=1

            """
        #expect(try Self.full.bytes() == Array(golden.utf8))
    }

    @Test func `telling git to stop is one line`() throws {
        var reply = GitReply()
        reply.quit = true
        #expect(try reply.bytes() == Array("quit=1\n".utf8))
    }

    @Test func `what git would drop for want of an announcement is refused`() throws {
        for announced in [GitCapabilities.authtype, .state] {
            var reply = Self.full
            reply.capabilities = announced
            #expect(refusal(of: try reply.bytes())?.code == .badRequest)
        }
        #expect(refusal(of: try Self.full.bytes()) == nil)
    }

    @Test func `what git would misunderstand is refused`() {
        let changes: [(inout GitReply) -> Void] = [
            { $0.authtype = nil }, { $0.state = [] }, { $0.passwordExpiry = 0 },
            { $0.passwordExpiry = -1 },
        ]
        for change in changes {
            var reply = Self.full
            change(&reply)
            #expect(refusal(of: try reply.bytes())?.code == .badRequest)
        }
        #expect(refusal(of: try Self.full.bytes()) == nil)
    }

    @Test func `a refusal names the attribute and none of its value`() {
        var reply = GitReply()
        reply.username = Array("alice".utf8)
        reply.password = Secret("hunter2\nhost=victim.example")
        let error = refusal(of: try reply.bytes())
        #expect(error?.message == "git cannot be given this password: it holds a control byte")
    }

    /// A reply that uses every attribute.
    static var full: GitReply {
        var reply = GitReply()
        reply.capabilities = [.authtype, .state]
        reply.authtype = Array("Bearer".utf8)
        reply.credential = Secret("token")
        reply.ephemeral = true
        reply.username = Array("alice".utf8)
        reply.password = Secret("pw")
        reply.oauthRefreshToken = Secret("refresh")
        reply.passwordExpiry = 9_999_999_999
        reply.continues = true
        reply.state = Array("keyfob:1".utf8)
        reply.quit = true
        return reply
    }
}
