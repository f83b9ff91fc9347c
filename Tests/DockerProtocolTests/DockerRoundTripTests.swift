import CredentialCore
import DockerProtocol
import Testing

@Suite struct DockerRoundTripTests {
    @Test(arguments: [
        "s", "<token>", #"quote " and backslash \"#, "é€😀", "\u{2028}\u{2029}",
        "{\r\n\t\"type\": \"service_account\"\n}\n", #"\u0041 \n"#, "\u{FFFD}\u{FFFF}",
    ])
    func `what is written is read again byte for byte`(secret: String) throws {
        let message = StoreMessage(
            serverURL: Array("https://é.example/<a>&b".utf8), username: Array("us\"er\\".utf8),
            secret: Array(secret.utf8))
        let login = try login(in: message.encoded)
        #expect(login.serverURL == message.serverURL)
        #expect(login.username == message.username)
        #expect(login.secret.bytes == message.secret)
    }

    @Test func `whatever one damaged byte makes of a login is refused or survives a round trip`() {
        let whole =
            #"{"x":[1.5e3,{"y":null}],"ServerURL":"h","Username":"é","Secret":"\ud83d\ude00"}"#
        let bytes = Array(whole.utf8)
        var (accepted, refused) = (0, 0)
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = bytes
                damaged[index] = byte
                guard let first = try? login(in: damaged) else {
                    refused += 1
                    continue
                }
                accepted += 1
                let reply = DockerReply.login(
                    serverURL: first.serverURL, username: first.username, secret: first.secret)
                let second = try? login(in: reply.bytes)
                let isSame =
                    second?.serverURL == first.serverURL && second?.username == first.username
                    && second?.secret.matches(first.secret) == true
                #expect(isSame, "byte \(byte) at \(index)")
            }
        }
        #expect(accepted > bytes.count)
        #expect(refused > bytes.count)
    }

    @Test func `no reply holds a control byte before the line feed that ends it`() {
        let all = Array(UInt8.min...UInt8.max)
        let login = StoreMessage(serverURL: all, username: all, secret: all).encoded
        let list = DockerReply.list([(serverURL: all, username: all)])
        for reply in [login, list] {
            #expect(reply.last == 0x0A)
            #expect(!reply.dropLast().contains { $0 < 0x20 })
            #expect(String(validating: reply, as: UTF8.self) != nil)
        }
    }
}
