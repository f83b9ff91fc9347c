public import CredentialCore

/// Reads the syntax of git's configuration files: `[section "subsection"]`, `key = value`, `#` and
/// `;` comments, double quotes, and `\"`, `\\`, `\n`, `\t`, `\b` in values. See git-config(1).
public enum ConfigurationSyntax {
    /// One `key = value` with the section it stands in.
    public struct Entry: Hashable, Sendable {
        /// The section in lower case.
        public let section: String
        /// The subsection as written; nil when there is none.
        public let subsection: String?
        /// The key in lower case.
        public let key: String
        /// The value with its quotes resolved. A key alone means `true`.
        public let value: String
        /// The line it begins on, from 1.
        public let line: Int
        /// The bytes that make it up.
        let extent: Extent
    }

    /// Where the parts of an entry are.
    struct Extent: Hashable, Sendable {
        let key: Place
        let keyEnd: Place
        /// Where the value begins and ends, its quotes included; nil for a key alone.
        let value: Range<Place>?
        /// The line that what may follow the value ends on, a comment.
        let lastLine: Int
    }

    /// A place in a file.
    struct Place: Hashable, Comparable, Sendable {
        /// The line, from 1.
        let line: Int
        /// How many bytes stand before it on its line.
        let column: Int

        static func < (left: Place, right: Place) -> Bool {
            (left.line, left.column) < (right.line, right.column)
        }
    }

    /// A section's header.
    struct Header: Hashable, Sendable {
        let section: String
        let subsection: String?
        /// Behind the bracket that closes it.
        let end: Place
    }

    /// The most a configuration file may hold, in bytes.
    public static let limit = 1 << 20

    /// The entries of a file, in order.
    ///
    /// - Throws: `configuration` naming the line that cannot be read.
    public static func entries(
        in bytes: [UInt8], path: String
    ) throws(CredentialError) -> [Entry] {
        try read(bytes, path: path).entries
    }

    /// The headers and entries of a file, each in order.
    static func read(
        _ bytes: [UInt8], path: String
    ) throws(CredentialError) -> (headers: [Header], entries: [Entry]) {
        var parser = Parser(bytes: bytes, path: path)
        let entries = try parser.entries()
        return (parser.headers, entries)
    }

    private struct Parser {
        let bytes: [UInt8]
        let path: String
        var index = 0
        var line = 1
        var lineStart = 0
        var headers: [Header] = []

        /// As git does, passes over the mark that some editors begin a file with, and takes a
        /// carriage return before a line feed for a part of it.
        init(bytes: [UInt8], path: String) {
            let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
            let next = content.dropFirst() + [0]
            self.bytes = zip(content, next).filter {
                $0 != (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
            }.map(\.0)
            self.path = path
        }

        private var place: Place { Place(line: line, column: index - lineStart) }

        mutating func entries() throws(CredentialError) -> [Entry] {
            var entries: [Entry] = []
            var section: (name: String, subsection: String?)?
            while let byte = skipBlank() {
                switch byte {
                case UInt8(ascii: "#"), UInt8(ascii: ";"):
                    skipLine()
                case UInt8(ascii: "["):
                    section = try header()
                    if let section {
                        headers.append(
                            Header(
                                section: section.name, subsection: section.subsection, end: place))
                    }
                default:
                    guard let section else { throw failure("a key stands before any section") }
                    let start = place
                    let key = try name()
                    let keyEnd = place
                    let (value, range) = try value()
                    entries.append(
                        Entry(
                            section: section.name, subsection: section.subsection, key: key,
                            value: value, line: start.line,
                            extent: Extent(
                                key: start, keyEnd: keyEnd, value: range, lastLine: line)))
                }
            }
            return entries
        }

        private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

        /// The next byte that is no white space, not consumed.
        private mutating func skipBlank() -> UInt8? {
            while let byte = current {
                guard byte == UInt8(ascii: "\n") || Self.isSpace(byte) else { return byte }
                index += 1
                if byte == UInt8(ascii: "\n") { beginLine() }
            }
            return nil
        }

        /// Counts the line end that was just passed.
        private mutating func beginLine() {
            line += 1
            lineStart = index
        }

        private mutating func skipLine() {
            while let byte = current, byte != UInt8(ascii: "\n") { index += 1 }
        }

        private mutating func header() throws(CredentialError) -> (String, String?) {
            index += 1
            var name: [UInt8] = []
            while let byte = current, Self.isKeyByte(byte) || byte == UInt8(ascii: ".") {
                name.append(byte)
                index += 1
            }
            guard !name.isEmpty else { throw failure("a section's name was expected") }
            let subsection = current.map(Self.isSpace) == true ? try self.subsection() : nil
            guard current == UInt8(ascii: "]") else { throw failure("a section is not closed") }
            index += 1
            return (String(decoding: name, as: UTF8.self).lowercased(), subsection)
        }

        private mutating func subsection() throws(CredentialError) -> String {
            while let byte = current, Self.isSpace(byte) { index += 1 }
            guard current == UInt8(ascii: "\"") else { throw failure("a quote was expected") }
            index += 1
            var text: [UInt8] = []
            while let byte = current, byte != UInt8(ascii: "\"") {
                index += byte == UInt8(ascii: "\\") ? 1 : 0
                guard let byte = current, byte != UInt8(ascii: "\n") else { break }
                text.append(byte)
                index += 1
            }
            guard current == UInt8(ascii: "\"") else { throw failure("a quote is not closed") }
            index += 1
            return String(decoding: text, as: UTF8.self)
        }

        private mutating func name() throws(CredentialError) -> String {
            let start = index
            while let byte = current, Self.isKeyByte(byte) { index += 1 }
            guard index > start, Self.isLetter(bytes[start]) else {
                throw failure("a key was expected")
            }
            return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
        }

        /// The value, and where it stands; nil for a key alone.
        private mutating func value() throws(CredentialError) -> (String, Range<Place>?) {
            while let byte = current, Self.isSpace(byte) { index += 1 }
            guard let first = current, first != UInt8(ascii: "\n") else { return ("true", nil) }
            guard first == UInt8(ascii: "=") else { throw failure("`=` was expected") }
            index += 1
            let start = valueStart()
            var end = start
            var value: [UInt8] = []
            var significant = 0
            var isQuoted = false
            while let byte = current, isQuoted || byte != UInt8(ascii: "\n") {
                index += 1
                switch byte {
                case UInt8(ascii: "\n"):
                    throw failure("a quote is not closed")
                case UInt8(ascii: "\""):
                    isQuoted.toggle()
                    significant = value.count
                    end = place
                case UInt8(ascii: "\\"):
                    if let escaped = try escape() { value.append(escaped) }
                    significant = value.count
                    end = place
                case let byte where Self.isComment(byte) && !isQuoted:
                    skipLine()
                case let byte where Self.isSpace(byte) && !isQuoted:
                    // Spaces count between words, not around them.
                    if significant > 0 { value.append(byte) }
                default:
                    value.append(byte)
                    significant = value.count
                    end = place
                }
            }
            guard !isQuoted else { throw failure("a quote is not closed") }
            return (String(decoding: value[..<significant], as: UTF8.self), start..<end)
        }

        /// Where the value begins, after the spaces before it; none are passed before an empty one.
        private func valueStart() -> Place {
            var spaces = 0
            while index + spaces < bytes.count, Self.isSpace(bytes[index + spaces]) { spaces += 1 }
            let next = index + spaces < bytes.count ? bytes[index + spaces] : UInt8(ascii: "\n")
            let isEmpty = next == UInt8(ascii: "\n") || Self.isComment(next)
            return Place(line: line, column: index - lineStart + (isEmpty ? 0 : spaces))
        }

        private mutating func escape() throws(CredentialError) -> UInt8? {
            // The end of the file ends a line.
            guard let escaped = current else { return nil }
            index += 1
            switch escaped {
            case UInt8(ascii: "n"): return UInt8(ascii: "\n")
            case UInt8(ascii: "t"): return UInt8(ascii: "\t")
            case UInt8(ascii: "b"): return 8
            case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
            case UInt8(ascii: "\""): return UInt8(ascii: "\"")
            case UInt8(ascii: "\n"):
                beginLine()
                return nil
            default: throw failure("an unknown escape")
            }
        }

        private func failure(_ problem: String) -> CredentialError {
            CredentialError(
                .configuration, "\(path), line \(line): \(problem)",
                remedy: "mend that line; the syntax is git-config's")
        }

        private static func isSpace(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }

        private static func isComment(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
        }

        private static func isKeyByte(_ byte: UInt8) -> Bool {
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }

        private static func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }
}
