import CredentialCore
import DockerProtocol
import Testing

/// Every byte value at the first, a middle and the last place of every field.
@Suite struct DockerByteTests {
    /// `ab` with `byte` put at one of its three places.
    private static func places(of byte: UInt8) -> [[UInt8]] {
        let (a, b) = (UInt8(ascii: "a"), UInt8(ascii: "b"))
        return [[byte, a, b], [a, byte, b], [a, b, byte]]
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let space: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        guard
            let first = bytes.firstIndex(where: { !space.contains($0) }),
            let last = bytes.lastIndex(where: { !space.contains($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    @Test func `a requested server URL may hold any byte but control bytes inside it`() {
        for byte in UInt8.min...UInt8.max {
            for field in Self.places(of: byte) {
                let expected = Self.trimmed(field)
                let isAllowed = !expected.contains(where: Self.isControl)
                let answer = try? serverURL(in: field)
                #expect(answer == (isAllowed ? expected : nil), "\(byte) in \(field)")
            }
        }
    }

    @Test func `a stored server URL may hold any scalar but control bytes inside it`() {
        for byte in UInt8.min...UInt8.max {
            for field in Self.places(of: byte) {
                let expected = Self.trimmed(field)
                let isAllowed = byte < 0x80 && !expected.contains(where: Self.isControl)
                let answer = try? login(in: Self.escaped(StoreMessage(serverURL: field), byte))
                #expect(answer?.serverURL == (isAllowed ? expected : nil), "\(byte) in \(field)")
            }
        }
    }

    @Test func `a user name may hold any scalar but control bytes`() {
        for byte in UInt8.min...UInt8.max {
            for field in Self.places(of: byte) {
                let isAllowed = byte < 0x80 && !Self.isControl(byte)
                let answer = try? login(in: Self.escaped(StoreMessage(username: field), byte))
                #expect(answer?.username == (isAllowed ? field : nil), "\(byte) in \(field)")
            }
        }
    }

    @Test func `a secret may hold any scalar and of control bytes tab and line ends`() {
        for byte in UInt8.min...UInt8.max {
            for field in Self.places(of: byte) {
                let isText = !Self.isControl(byte) || [0x09, 0x0A, 0x0D].contains(byte)
                let isAllowed = byte < 0x80 && isText
                let answer = try? login(in: Self.escaped(StoreMessage(secret: field), byte))
                #expect(answer?.secret.bytes == (isAllowed ? field : nil), "\(byte) in \(field)")
            }
        }
    }

    @Test func `no string of a request may hold a control byte that is not escaped`() {
        for byte in UInt8.min...UInt8.max {
            for field in Self.places(of: byte) {
                let text = Array(#"{"ServerURL":"h","Username":"u","Secret":"s","x":""#.utf8)
                let answer = try? login(in: text + field + Array("\"}".utf8))
                let isWhole = byte < 0x80 && byte >= 0x20
                let endsString = byte == UInt8(ascii: "\"")
                // `\b` is an escape where the backslash comes before the b; `\a` is none.
                let isEscape = byte == UInt8(ascii: "\\")
                let isAllowed =
                    isWhole && !endsString && (!isEscape || field[1] == byte)
                #expect((answer != nil) == isAllowed, "\(byte) in \(field)")
            }
        }
    }

    /// The message as an encoder writes it; a byte that is no scalar on its own stays as it is.
    private static func escaped(_ message: StoreMessage, _ byte: UInt8) -> [UInt8] {
        byte < 0x80 ? message.encoded : message.bytes
    }
}
