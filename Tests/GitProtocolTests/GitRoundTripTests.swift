import CredentialCore
import GitProtocol
import Testing

/// What a request would be refused for is never emitted, and what is emitted is read again.
@Suite struct GitRoundTripTests {
    /// A value a reply may have, by the key of the request's field that reads it.
    private static let setters: [String: @Sendable (inout GitReply, [UInt8]) -> Void] = [
        "authtype": { $0.authtype = $1 },
        "credential": { $0.credential = Secret(copying: $1) },
        "username": { $0.username = $1 },
        "password": { $0.password = Secret(copying: $1) },
        "oauth_refresh_token": { $0.oauthRefreshToken = Secret(copying: $1) },
        "state[]": { $0.state = $1 },
    ]

    private static let fields = RequestField.all.filter { setters[$0.key] != nil }

    private static func reply(_ field: RequestField, _ value: [UInt8]) -> GitReply {
        var reply = GitReplyTests.full
        setters[field.key]?(&reply, value)
        return reply
    }

    @Test func `every value of a reply is tried`() {
        #expect(Self.fields.count == Self.setters.count)
    }

    @Test(arguments: fields)
    func `every byte at every place is emitted if and only if it would be read`(
        field: RequestField
    ) throws {
        for byte in UInt8.min...UInt8.max {
            for value in places(of: byte) {
                let reply = Self.reply(field, value)
                guard field.permits(byte) else {
                    #expect(refusal(of: try reply.bytes())?.code == .badRequest, "\(byte)")
                    continue
                }
                #expect(field.value(try request(try reply.bytes())) == value, "\(byte)")
            }
        }
    }

    @Test(arguments: fields)
    func `the longest line that would be read is the longest that is emitted`(
        field: RequestField
    ) throws {
        let room = GitWire.lineLimit - field.key.utf8.count - 2
        let longest = [UInt8](repeating: UInt8(ascii: "v"), count: room)
        let bytes = try Self.reply(field, longest).bytes()
        #expect(field.value(try request(bytes)) == longest)
        let tooLong = Self.reply(field, longest + [UInt8(ascii: "v")])
        #expect(refusal(of: try tooLong.bytes())?.code == .limit)
    }

    @Test func `a full reply is read again whole`() throws {
        let reply = GitReplyTests.full
        let request = try request(try reply.bytes())
        #expect(request.capabilities == reply.capabilities)
        #expect(request.authtype == reply.authtype)
        #expect(request.credential?.bytes == reply.credential?.bytes)
        #expect(request.ephemeral && request.continues && request.quit)
        #expect(request.username == reply.username)
        #expect(request.password?.bytes == reply.password?.bytes)
        #expect(request.oauthRefreshToken?.bytes == reply.oauthRefreshToken?.bytes)
        #expect(request.passwordExpiry == reply.passwordExpiry)
        #expect(request.states == [reply.state])
        #expect(request.host == nil && request.protocolName == nil && request.path == nil)
    }

    @Test func `whatever one damaged byte makes of a request is refused or can be answered`() throws
    {
        let whole = Array("host=h\nusername=u\npassword=p=1\noauth_refresh_token=r\n".utf8)
        var (accepted, refused) = (0, 0)
        for index in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = whole
                damaged[index] = byte
                guard let request = try? request(damaged) else {
                    refused += 1
                    continue
                }
                accepted += 1
                var reply = GitReply()
                reply.username = request.username
                reply.password = request.password
                reply.oauthRefreshToken = request.oauthRefreshToken
                let again = try GitProtocolTests.request(try reply.bytes())
                #expect(again.username == request.username)
                #expect(again.password?.bytes == request.password?.bytes)
                #expect(again.oauthRefreshToken?.bytes == request.oauthRefreshToken?.bytes)
            }
        }
        #expect(accepted > whole.count)
        #expect(refused > whole.count)
    }
}
