public import CredentialCore

/// What stands between the quotes of a JSON string that was found to be well formed.
///
/// It points into the input, so that a secret is decoded once, straight into secret memory.
public struct JSONText {
    private let escaped: UnsafeRawBufferPointer

    /// Takes bytes that ``JSONReader`` has checked: escapes are whole, surrogates are paired.
    init(checked escaped: UnsafeRawBufferPointer) {
        self.escaped = escaped
    }

    /// Whether the string is empty.
    public var isEmpty: Bool { escaped.isEmpty }

    /// A decoded copy, for text that is not secret.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        forEachByte { bytes.append($0) }
        return bytes
    }

    /// A decoded copy in secret memory.
    public var secret: Secret {
        let secret = SecretBuffer(capacity: escaped.count)
        forEachByte { secret.append($0) }
        return Secret(secret)
    }

    /// Whether the string is `name` but for the case of ASCII letters.
    public func isName(_ name: StaticString) -> Bool {
        var count = 0
        var differs = false
        forEachByte { byte in
            differs =
                differs || count >= name.utf8CodeUnitCount
                || Self.lowercased(byte) != Self.lowercased(name.utf8Start[count])
            count += 1
        }
        return !differs && count == name.utf8CodeUnitCount
    }

    /// Hands every byte of the decoded string to `body`, in order.
    public func forEachByte(_ body: (UInt8) -> Void) {
        var index = 0
        while index < escaped.count {
            guard escaped[index] == UInt8(ascii: "\\") else {
                body(escaped[index])
                index += 1
                continue
            }
            let kind = escaped[index + 1]
            index += 2
            if let byte = Self.shortEscape(kind) {
                body(byte)
            } else {
                decodeCodeUnits(at: &index, body)
            }
        }
    }

    private func decodeCodeUnits(at index: inout Int, _ body: (UInt8) -> Void) {
        var value = codeUnit(at: index)
        index += 4
        if 0xD800...0xDBFF ~= value {
            value = 0x10000 + (value - 0xD800) << 10 + codeUnit(at: index + 2) - 0xDC00
            index += 6
        }
        guard let scalar = Unicode.Scalar(value) else { return }
        for byte in scalar.utf8 { body(byte) }
    }

    private func codeUnit(at index: Int) -> UInt32 {
        escaped[index..<(index + 4)].reduce(0) { $0 << 4 | (Self.hexDigit($1) ?? 0) }
    }

    /// The byte that a backslash and `kind` stand for; `nil` for `u` and for what is no escape.
    static func shortEscape(_ kind: UInt8) -> UInt8? {
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): kind
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The value of a hexadecimal digit.
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
