public import CredentialCore

/// The text of a configuration file, whose settings are changed one by one; every other byte of it
/// stays as it is.
public struct ConfigurationText {
    private static let lineFeed = UInt8(ascii: "\n")

    /// The text's bytes.
    public private(set) var bytes: [UInt8]
    private let path: String
    private var headers: [ConfigurationSyntax.Header] = []
    private var entries: [ConfigurationSyntax.Entry] = []

    /// Reads a text.
    ///
    /// - Throws: `configuration` naming the line that cannot be read.
    public init(_ bytes: [UInt8], path: String) throws(CredentialError) {
        self.bytes = bytes
        self.path = path
        try read()
    }

    /// The value of a setting that counts, the last one; nil when it is not set.
    public func value(of key: ConfigurationKey) -> String? {
        entries.last(where: key.isSet)?.value
    }

    /// What is set, in order.
    var allEntries: [ConfigurationSyntax.Entry] { entries }

    /// Whether the section of a setting is there, even if nothing stands in it.
    public func hasSection(of key: ConfigurationKey) -> Bool {
        headers.contains { key.isIn($0.section, $0.subsection) }
    }

    /// Sets a setting: the last place where it is set, or else the section's end, or a new section
    /// at the end of the file.
    ///
    /// - Throws: as ``init(_:path:)``, for what cannot be written.
    public mutating func set(
        _ key: ConfigurationKey, to value: String
    ) throws(CredentialError) {
        var lines = self.lines
        if let entry = entries.last(where: key.isSet) {
            let keyEnd = entry.extent.keyEnd
            let old = entry.extent.value ?? keyEnd..<keyEnd
            let (start, end) = (old.lowerBound, old.upperBound)
            let before = lines[start.line - 1][..<column(of: start)]
            let after = lines[end.line - 1][column(of: end)...]
            let sign = entry.extent.value == nil ? " = " : ""
            lines.replaceSubrange(
                (start.line - 1)..<end.line,
                with: [before + Array((sign + Self.written(value)).utf8) + after])
        } else {
            let line = Array("\t\(key.key) = \(Self.written(value))".utf8)
            if let last = lastLine(ofSectionOf: key) {
                // A carriage return before the line's end is one of every line's.
                let isDOS = lines[last - 1].last == UInt8(ascii: "\r")
                lines.insert(line + (isDOS ? [UInt8(ascii: "\r")] : []), at: last)
                if last == lines.count - 1 { lines.append([]) }
            } else {
                if lines.last == [] { lines.removeLast() }
                lines += [Array(key.header.utf8), line, []]
            }
        }
        try replace(by: lines)
    }

    /// Takes a setting away where it counts, with a comment on its line.
    ///
    /// - Parameter removingSection: whether the section goes as well once nothing stands in it.
    /// - Throws: as ``init(_:path:)``.
    public mutating func unset(
        _ key: ConfigurationKey, removingSection: Bool
    ) throws(CredentialError) {
        guard let entry = entries.last(where: key.isSet) else { return }
        var lines = self.lines
        let start = entry.extent.key
        let before = Array(lines[start.line - 1][..<column(of: start)])
        let isAlone = before.allSatisfy { [0x20, 0x09].contains($0) }
        lines.replaceSubrange(
            (start.line - 1)..<entry.extent.lastLine, with: isAlone ? [] : [before])
        try replace(by: lines)
        if removingSection { try removeEmptySection(of: key) }
    }

    /// Removes the last header of a section, if it has its line to itself and nothing, no comment
    /// either, stands between it and the next one.
    private mutating func removeEmptySection(of key: ConfigurationKey) throws(CredentialError) {
        guard let index = headers.lastIndex(where: { key.isIn($0.section, $0.subsection) }) else {
            return
        }
        let first = headers[index].end.line
        let next = headers.indices.contains(index + 1) ? headers[index + 1].end.line : nil
        let previous = headers.indices.contains(index - 1) ? headers[index - 1].end.line : nil
        var lines = self.lines
        let isAlone =
            lines[first - 1].first { !Self.isBlank($0) } == UInt8(ascii: "[")
            && lines[first - 1].last { !Self.isBlank($0) } == UInt8(ascii: "]")
            && next != first && previous != first
        guard isAlone else { return }
        let body = lines[first..<((next ?? lines.count + 1) - 1)]
        guard body.allSatisfy({ $0.allSatisfy(Self.isBlank) }) else { return }
        lines.remove(at: first - 1)
        try replace(by: lines)
    }

    /// The last line of the last section that a setting would stand in.
    private func lastLine(ofSectionOf key: ConfigurationKey) -> Int? {
        guard let header = headers.last(where: { key.isIn($0.section, $0.subsection) }) else {
            return nil
        }
        let next = headers.first { $0.end.line > header.end.line }?.end.line ?? .max
        let own = entries.filter { header.end.line..<next ~= $0.line }
        return own.last?.extent.lastLine ?? header.end.line
    }

    private mutating func replace(by lines: [[UInt8]]) throws(CredentialError) {
        bytes = Array(lines.joined(separator: [Self.lineFeed]))
        try read()
    }

    private mutating func read() throws(CredentialError) {
        (headers, entries) = try ConfigurationSyntax.read(bytes, path: path)
    }

    private var lines: [[UInt8]] {
        bytes.split(separator: Self.lineFeed, omittingEmptySubsequences: false).map(Array.init)
    }

    /// The parser passes over the mark that some editors begin a file with.
    private func column(of place: ConfigurationSyntax.Place) -> Int {
        place.column + (place.line == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }

    /// A value as it is written, quoted where it would be read as something else.
    private static func written(_ value: String) -> String {
        let isPlain =
            value.utf8.allSatisfy { 0x20 < $0 && $0 < 0x7F && !"\"\\#;".utf8.contains($0) }
            && !value.isEmpty
        guard !isPlain else { return value }
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
