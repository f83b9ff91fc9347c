/// The byte sequences that are well-formed UTF-8 (Unicode, table 3-7).
public enum UTF8Sequence {
    /// The length of the well-formed sequence at `index`, or `nil` if there is none.
    public static func length(at index: Int, in bytes: UnsafeRawBufferPointer) -> Int? {
        let first = bytes[index]
        let length: Int
        // Narrower for the second byte where a longer form, a surrogate or a value beyond
        // U+10FFFF would begin.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return nil
        }
        guard index + length <= bytes.count, second ~= bytes[index + 1] else { return nil }
        let rest = bytes[(index + 2)..<(index + length)]
        return rest.allSatisfy { 0x80...0xBF ~= $0 } ? length : nil
    }
}
