import CredentialCore

/// Reads `NAME=VALUE` lines, as files for `sh`, systemd and `docker --env-file` have them.
///
/// A value that begins with a quote is read as a shell reads it (POSIX, Shell Command Language,
/// 2.2); any other one goes to the end of its line as it is, which is how docker takes it. What
/// these would read differently is refused.
struct EnvironmentReader {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var line = 1

    /// - Parameter bytes: the lines; they must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// Whether bytes can be the name of a variable.
    static func isName(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, !(0x30...0x39 ~= first) else { return false }
        return bytes.allSatisfy { byte in
            0x30...0x39 ~= byte || 0x41...0x5A ~= byte & 0xDF || byte == UInt8(ascii: "_")
        }
    }

    /// The next variable; nil at the end.
    ///
    /// - Throws: `badRequest` with the line and what is wrong there.
    mutating func next() throws(CredentialError) -> (name: String, value: Secret, line: Int)? {
        skipEmptyLines()
        guard index < bytes.count else { return nil }
        let start = line
        var name = word()
        if name == "export", current == 0x20 || current == 0x09 {
            skipSpace()
            name = word()
        }
        guard let name, current == UInt8(ascii: "=") else {
            throw refusal("it is not NAME=VALUE")
        }
        index += 1
        let isQuoted = current == UInt8(ascii: "'") || current == UInt8(ascii: "\"")
        return (name, isQuoted ? try shellWord() : try plainValue(), start)
    }

    private mutating func skipEmptyLines() {
        while index < bytes.count {
            skipSpace()
            if current == UInt8(ascii: "#") { skipLine() }
            if current == 13, index + 1 == bytes.count || bytes[index + 1] == 10 { index += 1 }
            guard current == 10 else { return }
            index += 1
            line += 1
        }
    }

    private mutating func skipLine() {
        while let byte = current, byte != 10 {
            _ = byte
            index += 1
        }
    }

    private mutating func skipSpace() {
        while current == 0x20 || current == 0x09 { index += 1 }
    }

    private mutating func word() -> String? {
        let start = index
        while let byte = current, Self.isName([0x41, byte]) { index += 1 }
        let word = bytes[start..<index]
        return Self.isName(word) ? String(decoding: word, as: UTF8.self) : nil
    }

    /// Everything up to the line's end.
    private mutating func plainValue() throws(CredentialError) -> Secret {
        let start = index
        skipLine()
        var end = index
        while end > start, [0x20, 0x09, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let hasComment = zip(value, value.dropFirst()).contains { before, byte in
            byte == UInt8(ascii: "#") && (before == 0x20 || before == 0x09)
        }
        guard !hasComment else {
            throw refusal("a comment follows the value, or is a part of it; write it in quotes")
        }
        return Secret(copying: value)
    }

    /// Quoted parts and what stands between them, up to the word's end.
    private mutating func shellWord() throws(CredentialError) -> Secret {
        let value = SecretBuffer()
        while let byte = current, byte != 0x20, byte != 0x09, byte != 10, byte != 13 {
            index += 1
            switch byte {
            case UInt8(ascii: "'"): try quoted(by: byte, into: value)
            case UInt8(ascii: "\""): try quoted(by: byte, into: value)
            case UInt8(ascii: "\\"):
                guard let next = current, next != 10 else {
                    throw refusal("a backslash ends the line")
                }
                value.append(next)
                index += 1
            case _ where "$`;&|<>()*?[".utf8.contains(byte):
                throw refusal("something stands beside the quotes that a shell would act on")
            default: value.append(byte)
            }
        }
        skipSpace()
        if current == UInt8(ascii: "#") { skipLine() }
        guard current == nil || current == 10 || current == 13 else {
            throw refusal("something follows the value")
        }
        return Secret(value)
    }

    private mutating func quoted(
        by quote: UInt8, into value: SecretBuffer
    ) throws(CredentialError) {
        let start = line
        while let byte = current, byte != quote {
            index += 1
            if byte == 10 { line += 1 }
            guard quote == UInt8(ascii: "\"") else {
                value.append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                throw refusal("a shell would replace what follows `$`; write it in single quotes")
            case UInt8(ascii: "\\"):
                guard let next = current else { break }
                index += 1
                if next == 10 { line += 1 }
                if !"$`\"\\\n".utf8.contains(next) { value.append(byte) }
                if next != 10 { value.append(next) }
            default: value.append(byte)
            }
        }
        guard current == quote else {
            line = start
            throw refusal("a quote is opened there and never closed")
        }
        index += 1
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func refusal(_ problem: String) -> CredentialError {
        CredentialError(.badRequest, "line \(line): \(problem)")
    }
}
