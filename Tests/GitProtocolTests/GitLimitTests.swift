import CredentialCore
import GitProtocol
import Testing

@Suite struct GitLimitTests {
    private static func line(_ key: String, bytes count: Int) -> [UInt8] {
        let start = Array("\(key)=".utf8)
        return start + repeatElement(UInt8(ascii: "v"), count: count - start.count - 1) + [0x0A]
    }

    @Test(arguments: RequestField.all.map(\.key) + ["unknown"])
    func `a line may have 65535 bytes and no more`(key: String) throws {
        let rest = Array("host=h\n".utf8)
        #expect(try request(Self.line(key, bytes: 65_535) + rest).host == Array("h".utf8))
        let error = refusal(of: try request(Self.line(key, bytes: 65_536) + rest))
        #expect(error?.code == .limit)
    }

    @Test func `a last line without its line feed is held to the same limit`() throws {
        let longest = Self.line("password", bytes: 65_535).dropLast()
        #expect(try request(Array(longest)).password?.count == 65_534 - "password=".count)
        #expect(refusal(of: try request(longest + [UInt8(ascii: "v")]))?.code == .limit)
    }

    @Test func `the end of a line that is too long is not read as an attribute`() {
        // A reader with a small buffer would find the victim at its border.
        for size in [1024, 4096, 65_535] {
            let key = "wwwauth[]="
            let padding = String(repeating: "a", count: size - key.utf8.count)
            let text = "host=badguy.example\n\(key)\(padding)host=victim.example\n"
            let host = (try? request(text))?.host
            #expect(host == nil || host == Array("badguy.example".utf8))
            #expect((host == nil) == (size == 65_535))
        }
    }

    @Test func `a request may have 256 lines and no more`() throws {
        let lines = String(repeating: "wwwauth[]=x\n", count: GitWire.attributeLimit)
        #expect(try request(lines).wwwAuthenticate.count == 256)
        #expect(try request(lines + "\nafter the end\n").wwwAuthenticate.count == 256)
        #expect(refusal(of: try request(lines + "x=y\n"))?.code == .limit)
    }

    @Test func `a request may have one MiB and no more`() throws {
        let line = Self.line("unknown", bytes: 65_535)
        var input = Array("host=h\n".utf8) + Array(repeatElement(line, count: 15).joined())
        input += Self.line("unknown", bytes: GitWire.inputLimit - input.count - 100)
        input += Self.line("unknown", bytes: 100)
        #expect(input.count == 1 << 20)
        #expect(try request(input).host == Array("h".utf8))
        #expect(refusal(of: try request(input + [0x0A]))?.code == .limit)
    }
}
