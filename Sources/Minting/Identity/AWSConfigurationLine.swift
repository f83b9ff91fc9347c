import CredentialCore

/// A piece of a line of a configuration file, as a place in the file's bytes: it may be secret, so
/// it is looked at where it is.
struct AWSConfigurationLine {
    let bytes: UnsafeRawBufferPointer
    /// Where in the file it is.
    let range: Range<Int>

    private static let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
    private static let commentMarks = [UInt8(ascii: "#"), UInt8(ascii: ";")]

    var isEmpty: Bool { range.isEmpty }

    /// Whether it begins with a space or a tab.
    var isIndented: Bool { !isEmpty && Self.blanks.contains(bytes[range.lowerBound]) }

    /// Whether it begins as a section does.
    var isHeading: Bool { !isEmpty && bytes[range.lowerBound] == UInt8(ascii: "[") }

    /// Whether it begins as a comment does.
    var isComment: Bool { !isEmpty && Self.commentMarks.contains(bytes[range.lowerBound]) }

    /// It, without the blanks around it.
    var trimmed: Self {
        let isBlank = { (index: Int) in Self.blanks.contains(bytes[index]) }
        guard let first = range.first(where: { !isBlank($0) }),
            let last = range.last(where: { !isBlank($0) })
        else { return piece(range.lowerBound..<range.lowerBound) }
        return piece(first..<(last + 1))
    }

    /// It, without the comment at its end. In a value, only a blank before it makes a comment.
    func withoutComment(afterBlank: Bool) -> Self {
        let mark = range.first { index in
            Self.commentMarks.contains(bytes[index])
                && (!afterBlank
                    || (index > range.lowerBound && Self.blanks.contains(bytes[index - 1])))
        }
        return piece(range.lowerBound..<(mark ?? range.upperBound))
    }

    /// The name and the value of a setting; nil when there is no `=`.
    var setting: (name: Self, value: Self)? {
        let line = withoutComment(afterBlank: true)
        guard let sign = line.range.first(where: { bytes[$0] == UInt8(ascii: "=") }) else {
            return nil
        }
        return (
            piece(line.range.lowerBound..<sign).trimmed,
            piece((sign + 1)..<line.range.upperBound).trimmed
        )
    }

    /// What stands between the brackets of a section, in words; nil without the closing one.
    var headingWords: [String]? {
        let heading = withoutComment(afterBlank: false).trimmed.range
        guard heading.count >= 2, bytes[heading.upperBound - 1] == UInt8(ascii: "]") else {
            return nil
        }
        return bytes[(heading.lowerBound + 1)..<(heading.upperBound - 1)]
            .split { Self.blanks.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// It as the name of a setting, in lower case, or nil when it cannot be one.
    var settingName: String? { Self.isName(bytes[range]) ? text.lowercased() : nil }

    /// It as text, for what is no secret.
    var text: String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether it is made of the characters that names are made of.
    static func isName(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                Byte.isDigit(byte) || Byte.isLetter(byte) || "-_/.%@:+".utf8.contains(byte)
            }
    }

    private func piece(_ range: Range<Int>) -> Self { Self(bytes: bytes, range: range) }
}
