public import CredentialCore

/// Base64 in secret memory (RFC 4648, section 4).
public enum Base64 {
    private static let padding = UInt8(ascii: "=")
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Hands the encoded bytes, padded, to `body`.
    public static func encode(_ bytes: UnsafeRawBufferPointer, _ body: (UInt8) -> Void) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 {
                bits = bits << 8
                if offset < group.count { bits |= UInt32(group[start + offset]) }
            }
            for offset in 0..<4 {
                let isPadding = offset > group.count
                body(isPadding ? padding : alphabet[Int(bits >> UInt32(18 - 6 * offset) & 63)])
            }
        }
    }

    /// The decoded bytes; nil when the input is not padded base64 without white space.
    public static func decode(_ text: UnsafeRawBufferPointer) -> Secret? {
        guard text.count % 4 == 0 else { return nil }
        let decoded = SecretBuffer(capacity: text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let group = text[start..<(start + 4)]
            let isLast = start + 4 == text.count
            let missing = isLast ? group.reversed().prefix { $0 == padding }.count : 0
            guard missing <= 2 else { return nil }
            var bits: UInt32 = 0
            for byte in group.dropLast(missing) {
                guard let value = value(of: byte) else { return nil }
                bits = bits << 6 | value
            }
            bits <<= UInt32(6 * missing)
            for offset in 0..<(3 - missing) {
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * offset)))
            }
        }
        return Secret(decoded)
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
