/// Splits a command into its words as a POSIX shell does (IEEE Std 1003.1, "Shell Command
/// Language", 2.2 Quoting). Nothing is expanded, and what a shell would run or redirect is a word
/// like any other.
enum ShellWords {
    /// The words; nil when a quote is not closed.
    static func split(_ command: String) -> [String]? {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var bytes = Array(command.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
                if let word { words.append(word) }
                word = nil
            case UInt8(ascii: "'"):
                guard let end = bytes.firstIndex(of: byte) else { return nil }
                word = (word ?? []) + bytes[..<end]
                bytes = bytes[(end + 1)...]
            case UInt8(ascii: "\""):
                guard let quoted = takeQuoted(&bytes) else { return nil }
                word = (word ?? []) + quoted
            case UInt8(ascii: "\\"):
                guard let escaped = bytes.popFirst() else { return nil }
                if escaped != UInt8(ascii: "\n") { word = (word ?? []) + [escaped] }
            default:
                word = (word ?? []) + [byte]
            }
        }
        if let word { words.append(word) }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What stands between double quotes, in which a backslash escapes only what is special there.
    private static func takeQuoted(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
        var quoted: [UInt8] = []
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "\"") { return quoted }
            guard byte == UInt8(ascii: "\\"), let next = bytes.first,
                "\"\\$`\n".utf8.contains(next)
            else {
                quoted.append(byte)
                continue
            }
            bytes.removeFirst()
            if next != UInt8(ascii: "\n") { quoted.append(next) }
        }
        return nil
    }
}
