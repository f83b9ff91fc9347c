import CredentialCore
import DockerProtocol
import Testing

@Suite struct DockerLimitTests {
    @Test func `the input has room for the largest secret in its longest form`() {
        #expect(DockerWire.secretLimit == 4 * 1024 * 1024)
        #expect(DockerWire.inputLimit == 24 * 1024 * 1024 + 64 * 1024)
    }

    @Test func `a secret may have 4 MiB and no more`() throws {
        var message = StoreMessage()
        message.secret = [UInt8](repeating: UInt8(ascii: "s"), count: DockerWire.secretLimit)
        #expect(try login(in: message.bytes).secret.count == DockerWire.secretLimit)
        message.secret.append(UInt8(ascii: "s"))
        let error = refusal(of: try login(in: message.bytes))
        #expect(error?.code == .limit)
        #expect(error?.message == "the secret is longer than 4194304 bytes")
    }

    @Test func `a secret's size is that of its bytes and not of its escapes`() throws {
        var message = StoreMessage()
        let count = DockerWire.secretLimit / 5
        message.secret = Array(repeatElement(Array(#"\u0073"#.utf8), count: count).joined())
        #expect(message.secret.count > DockerWire.secretLimit)
        #expect(try login(in: message.bytes).secret.count == count)
    }

    @Test func `a user name may have 4096 bytes and no more`() throws {
        var message = StoreMessage()
        message.username = [UInt8](repeating: UInt8(ascii: "u"), count: DockerWire.usernameLimit)
        #expect(try login(in: message.bytes).username.count == 4096)
        message.username.append(UInt8(ascii: "u"))
        #expect(refusal(of: try login(in: message.bytes))?.code == .limit)
    }

    @Test func `a login's server URL may have 4096 bytes and no more`() throws {
        var message = StoreMessage()
        message.serverURL = [UInt8](repeating: UInt8(ascii: "h"), count: DockerWire.serverURLLimit)
        #expect(try login(in: message.bytes).serverURL.count == 4096)
        message.serverURL.append(UInt8(ascii: "h"))
        #expect(refusal(of: try login(in: message.bytes))?.code == .limit)
    }

    @Test func `a request may have the input limit's bytes and no more`() throws {
        var input = StoreMessage().bytes
        input += repeatElement(0x20, count: DockerWire.inputLimit - input.count)
        #expect(try login(in: input).username == StoreMessage().username)
        #expect(refusal(of: try login(in: input + [0x20]))?.code == .limit)
    }

    @Test(arguments: [("[", "]"), (#"{"x":"#, "}")])
    func `values may nest sixteen deep and no deeper`(opening: String, closing: String) throws {
        func request(levels: Int) -> String {
            let value =
                String(repeating: opening, count: levels) + "0"
                + String(repeating: closing, count: levels)
            return #"{"ServerURL":"h","Username":"u","Secret":"s","x":\#(value)}"#
        }
        // The request itself is the first level.
        #expect(try login(in: request(levels: 15)).username == Array("u".utf8))
        #expect(refusal(of: try login(in: request(levels: 16)))?.code == .limit)
        #expect(refusal(of: try login(in: request(levels: 100_000)))?.code == .limit)
    }

    @Test func `nesting is counted by depth and not by number`() throws {
        let siblings = Array(repeating: "[[]]", count: 1000).joined(separator: ",")
        let text = #"{"ServerURL":"h","Username":"u","Secret":"s","x":[\#(siblings)]}"#
        #expect(try login(in: text).username == Array("u".utf8))
    }
}
