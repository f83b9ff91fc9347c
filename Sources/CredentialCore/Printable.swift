/// Makes text from outside safe to show on a terminal.
public enum Printable {
    /// The bytes as text, with every control byte, and everything that is not UTF-8, written as
    /// `%XX`. Nothing that moves a cursor or starts a new line gets through (CVE-2024-50349 is
    /// what happens otherwise).
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        var safe = ""
        var offset = 0
        var rest = bytes.makeIterator()
        var parser = UTF8.ForwardParser()
        while true {
            let length: Int
            switch parser.parseScalar(from: &rest) {
            case .emptyInput:
                return safe
            case .valid(let encoded):
                length = encoded.count
                let scalar = UTF8.decode(encoded)
                if !isControl(scalar) {
                    safe.unicodeScalars.append(scalar)
                    offset += length
                    continue
                }
            case .error(let invalid):
                length = invalid
            }
            for byte in bytes[offset..<(offset + length)] { safe += escaped(byte) }
            offset += length
        }
    }

    /// The text with every control character escaped.
    public static func text(_ string: String) -> String {
        text(string.utf8)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph separators, and the marks that reverse the reading direction.
        case 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFD: true
        default: false
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var text = "%"
        text.unicodeScalars.append(digits[Int(byte >> 4)])
        text.unicodeScalars.append(digits[Int(byte & 15)])
        return text
    }
}
