import CredentialCore
import GitProtocol
import Testing

@Suite struct GitGrammarTests {
    @Test(arguments: ["host", "=", "=h", "warning: something", " ", "\u{FEFF}"])
    func `a line that is not key=value is refused wherever it stands`(line: String) {
        for text in ["\(line)\n", line, "path=p\n\(line)\nhost=h\n", "path=p\n\(line)"] {
            let error = refusal(of: try request(text))
            #expect(error?.code == .badRequest)
            #expect(error?.message == "the request has a line that is not key=value")
        }
        #expect(refusal(of: try request("path=p\nhost=h\n")) == nil)
    }

    @Test(arguments: [
        "host=good.example\r\nprotocol=https\r\n", "host=good.example\rhost=evil.example\n",
        "\r\n", "host=h\n\r\n", "ho\rst=h\n", "x=\r\n", "ho\0st=h\n", "x=\0\n", "ho\tst=h\n",
    ])
    func `only a line feed ends a line and nothing hides in one`(text: String) {
        #expect(refusal(of: try request(text))?.code == .badRequest)
    }

    @Test func `other Unicode line ends are ordinary bytes`() throws {
        let host = "a\u{85}host=x\u{2028}host=y\u{2029}host=z"
        #expect(try request("host=\(host)\n").host == Array(host.utf8))
    }

    @Test(arguments: RequestField.all)
    func `every byte at every place of a value passes only if it is permitted`(
        field: RequestField
    ) {
        for byte in UInt8.min...UInt8.max where byte != 0x0A {
            for value in places(of: byte) {
                let parsed = try? request(Array("\(field.key)=".utf8) + value + [0x0A])
                let expected = field.permits(byte) ? value : nil
                #expect(parsed.flatMap(field.value) == expected, "\(byte) in \(value)")
            }
        }
    }

    @Test func `every byte at every place of an unknown value passes unless it is NUL or CR`() {
        for byte in UInt8.min...UInt8.max where byte != 0x0A {
            for value in places(of: byte) {
                let parsed = try? request(Array("unknown=".utf8) + value + Array("\nhost=h\n".utf8))
                #expect((parsed?.host != nil) == ![0x00, 0x0D].contains(byte), "\(byte)")
            }
        }
    }

    @Test func `every byte at every place of a key passes unless it is a control byte`() {
        for byte in UInt8.min...UInt8.max {
            for key in places(of: byte) {
                let parsed = try? request(key + Array("=x\nhost=h\n".utf8))
                // A line feed cuts the key in two, and an equals sign in front leaves none.
                let isEmpty = key.first == UInt8(ascii: "=")
                let isAllowed = byte >= 0x20 && byte != 0x7F && !isEmpty
                // A line feed in front is the blank line that ends the request.
                let endsRequest = key.first == 0x0A
                #expect((parsed != nil) == (isAllowed || endsRequest), "\(byte) in \(key)")
                #expect((parsed?.host != nil) == isAllowed, "\(byte) in \(key)")
            }
        }
    }

    @Test(arguments: RequestField.all)
    func `a line feed ends a value wherever it stands`(field: RequestField) {
        for value in places(of: 0x0A) {
            let bytes = Array("\(field.key)=".utf8) + value + Array("key=x\n".utf8)
            let parsed = try? request(bytes)
            let beginning = Array(value.prefix { $0 != 0x0A })
            let isListReset = beginning.isEmpty && field.key.hasSuffix("[]")
            #expect(parsed.flatMap(field.value) == (isListReset ? nil : beginning))
        }
    }

    @Test func `errors repeat nothing of the input`() {
        for text in ["hunter2", "hunter2=\r", "hunter2\u{1}=x", "quit=hunter2", "host=hunter2\0"] {
            let message = refusal(of: try request(text))?.message
            #expect(message?.isEmpty == false)
            #expect(message?.contains("hunter") == false)
        }
    }

    @Test func `every beginning of a request is refused or holds beginnings of its values`() throws
    {
        let whole = Array("protocol=https\nhost=h.example\nusername=u\npassword=secret\n".utf8)
        let full = try request(whole)
        var (read, refused) = (0, 0)
        for count in 0...whole.count {
            guard let part = try? request(Array(whole.prefix(count))) else {
                refused += 1
                continue
            }
            read += 1
            for field in RequestField.all {
                let (value, fullValue) = (field.value(part), field.value(full))
                #expect(value == nil || fullValue?.starts(with: value ?? []) == true)
            }
        }
        // Refused are the beginnings that end within a key.
        #expect(refused == "protocol".count + "host".count + "username".count + "password".count)
        #expect(read == whole.count + 1 - refused)
    }
}
