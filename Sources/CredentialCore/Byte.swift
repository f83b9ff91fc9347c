/// ASCII, as far as hosts, paths and protocols need it. Text types compare by Unicode's rules,
/// which make different hosts equal, so none of them is used here.
public enum Byte {
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let dot = UInt8(ascii: ".")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let underscore = UInt8(ascii: "_")
    static let percent = UInt8(ascii: "%")
    static let star = UInt8(ascii: "*")

    /// Whether it is one of A to Z, in either case.
    public static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
    }

    /// Whether it is one of 0 to 9.
    public static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// C0 and DEL.
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// What a hexadecimal digit is worth, in either case; nil for any other byte.
    public static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - UInt8(ascii: "0") }
        let letter = lowercased(byte)
        guard (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter) else { return nil }
        return letter - UInt8(ascii: "a") + 10
    }

    /// The digit of a value below 16.
    static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
