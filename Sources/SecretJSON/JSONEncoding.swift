/// Writes JSON strings as Go's `encoding/json` does with its default settings.
///
/// A decoder does not care which of several escapes it reads, but a comparison with another
/// helper's output does: <https://go.dev/src/encoding/json/encode.go>.
public enum JSONEncoding {
    /// Hands every byte of the JSON string that holds `bytes`, quotes included, to `body`.
    public static func forEachByte(
        ofString bytes: UnsafeRawBufferPointer, _ body: (UInt8) -> Void
    ) {
        body(UInt8(ascii: "\""))
        var index = 0
        while index < bytes.count {
            guard let length = UTF8Sequence.length(at: index, in: bytes) else {
                escape(codeUnit: 0xFFFD, body)
                index += 1
                continue
            }
            if length == 1 {
                encode(bytes[index], body)
            } else if length == 3, let separator = lineSeparator(at: index, in: bytes) {
                escape(codeUnit: separator, body)
            } else {
                for byte in bytes[index..<(index + length)] { body(byte) }
            }
            index += length
        }
        body(UInt8(ascii: "\""))
    }

    private static func encode(_ byte: UInt8, _ body: (UInt8) -> Void) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): escape(byte, body)
        case 0x08: escape(UInt8(ascii: "b"), body)
        case 0x09: escape(UInt8(ascii: "t"), body)
        case 0x0A: escape(UInt8(ascii: "n"), body)
        case 0x0C: escape(UInt8(ascii: "f"), body)
        case 0x0D: escape(UInt8(ascii: "r"), body)
        // The last three could end a script element that the JSON is put into.
        case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
            escape(codeUnit: UInt16(byte), body)
        default: body(byte)
        }
    }

    /// U+2028 or U+2029, which JavaScript takes for the end of a line.
    private static func lineSeparator(at index: Int, in bytes: UnsafeRawBufferPointer) -> UInt16? {
        guard bytes[index] == 0xE2, bytes[index + 1] == 0x80 else { return nil }
        switch bytes[index + 2] {
        case 0xA8: return 0x2028
        case 0xA9: return 0x2029
        default: return nil
        }
    }

    private static func escape(_ letter: UInt8, _ body: (UInt8) -> Void) {
        body(UInt8(ascii: "\\"))
        body(letter)
    }

    private static func escape(codeUnit unit: UInt16, _ body: (UInt8) -> Void) {
        escape(UInt8(ascii: "u"), body)
        for shift in stride(from: 12, through: 0, by: -4) {
            let digit = UInt8(unit >> UInt16(shift) & 0xF)
            body(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
