public import CredentialCore

/// Base64 without padding, in the alphabet for URLs (RFC 4648, section 5).
public enum Base64URL {
    /// Hands the encoded bytes to `body`.
    public static func encode(_ bytes: UnsafeRawBufferPointer, _ body: (UInt8) -> Void) {
        Base64.encode(bytes) { byte in
            switch byte {
            case UInt8(ascii: "+"): body(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): body(UInt8(ascii: "_"))
            case UInt8(ascii: "="): break
            default: body(byte)
            }
        }
    }

    /// The decoded bytes; nil when the text is none, or padded.
    public static func decode(_ text: some Sequence<UInt8>) -> Secret? {
        let padded = SecretBuffer()
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): padded.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): padded.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: padded.append(byte)
            }
        }
        while padded.count % 4 != 0 { padded.append(UInt8(ascii: "=")) }
        return padded.withBytes(Base64.decode)
    }
}
