public import CredentialCore

/// Walks through JSON (RFC 8259) without copying any of it.
///
/// Objects, arrays, strings and numbers are read; everything else is checked and passed over.
public struct JSONReader {
    /// How deep objects and arrays may nest.
    public static let nestingLimit = 16

    private let input: UnsafeRawBufferPointer
    private let name: String
    private let shape: String
    private var position = 0
    private var depth = 0

    /// A reader at the beginning of `input`, which must outlive it.
    ///
    /// - Parameters:
    ///   - name: what the input is, for messages.
    ///   - shape: what it should be, for messages.
    public init(_ input: UnsafeRawBufferPointer, of name: String, expecting shape: String) {
        self.input = input
        self.name = name
        self.shape = shape
    }

    /// Reads an object; `member` reads each value.
    ///
    /// - Throws: `badRequest` when there is none, `limit` when it nests too deep.
    public mutating func readObject(
        _ member: (JSONText, inout JSONReader) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        try readItems(from: "{", to: "}") { reader throws(CredentialError) in
            let name = try reader.readString()
            try reader.read(":")
            try member(name, &reader)
        }
    }

    /// Reads an array; `element` reads each value.
    ///
    /// - Throws: `badRequest` when there is none, `limit` when it nests too deep.
    public mutating func readArray(
        _ element: (inout JSONReader) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        try readItems(from: "[", to: "]", element)
    }

    /// Reads a string.
    ///
    /// - Throws: `badRequest` when there is none.
    public mutating func readString() throws(CredentialError) -> JSONText {
        try read("\"")
        let start = position
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return JSONText(checked: UnsafeRawBufferPointer(rebasing: input[start..<position]))
            case UInt8(ascii: "\\"):
                try skipEscape()
            case 0..<0x20:
                throw refusal("holds an unescaped control byte")
            default:
                guard let length = UTF8Sequence.length(at: position, in: input) else {
                    throw refusal("holds bytes that are not UTF-8")
                }
                position += length
            }
        }
        throw cutShort
    }

    /// Reads a number, as it is written.
    ///
    /// - Throws: `badRequest` when there is none.
    public mutating func readNumber() throws(CredentialError) -> String {
        skipWhiteSpace()
        let start = position
        try skipNumber()
        return String(decoding: input[start..<position], as: UTF8.self)
    }

    /// Passes over a value of any type.
    ///
    /// - Throws: `badRequest` when there is none, `limit` when it nests too deep.
    public mutating func skipValue() throws(CredentialError) {
        skipWhiteSpace()
        switch peek() {
        case UInt8(ascii: "{"):
            try readObject { _, reader throws(CredentialError) in try reader.skipValue() }
        case UInt8(ascii: "["):
            try readItems(from: "[", to: "]") { reader throws(CredentialError) in
                try reader.skipValue()
            }
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: try skipNumber()
        }
    }

    /// Reads the white space that may follow the value, and the end of the input.
    ///
    /// - Throws: `badRequest` when something else follows.
    public mutating func readEnd() throws(CredentialError) {
        skipWhiteSpace()
        guard peek() == nil else { throw refusal("is followed by something else") }
    }
}

// MARK: - Pieces

extension JSONReader {
    private mutating func readItems(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar,
        _ item: (inout JSONReader) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        try read(opening)
        // Each level is a call of ours, so the input must not choose how many there are.
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.nestingLimit else {
            throw CredentialError(
                .limit, "\(name) nests deeper than \(Self.nestingLimit) levels")
        }
        if skip(closing) { return }
        repeat { try item(&self) } while skip(",")
        try read(closing)
    }

    private mutating func read(_ scalar: Unicode.Scalar) throws(CredentialError) {
        guard !skip(scalar) else { return }
        throw peek() == nil ? cutShort : malformed
    }

    /// Whether `scalar` comes next, after white space; if so it is passed over.
    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        skipWhiteSpace()
        guard peek() == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipWhiteSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private mutating func skipWord(_ word: StaticString) throws(CredentialError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard let byte = next() else { throw cutShort }
            guard byte == word.utf8Start[offset] else { throw malformed }
        }
    }

    private mutating func skipNumber() throws(CredentialError) {
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if peek() == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                position += 1
            }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(CredentialError) {
        let start = position
        while let byte = peek(), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        guard position == start else { return }
        throw peek() == nil ? cutShort : malformed
    }

    private mutating func skipEscape() throws(CredentialError) {
        position += 1
        guard let kind = next() else { throw cutShort }
        if kind == UInt8(ascii: "u") { return try skipCodeUnits() }
        guard JSONText.shortEscape(kind) != nil else { throw malformed }
    }

    /// Passes over what follows `\u`: one scalar, as one code unit or as a surrogate pair.
    private mutating func skipCodeUnits() throws(CredentialError) {
        let unit = try readCodeUnit()
        guard 0xD800...0xDFFF ~= unit else { return }
        let isPair = unit < 0xDC00 && next() == UInt8(ascii: "\\") && next() == UInt8(ascii: "u")
        guard isPair, 0xDC00...0xDFFF ~= (try readCodeUnit()) else {
            throw refusal("holds half a surrogate pair")
        }
    }

    private mutating func readCodeUnit() throws(CredentialError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next() else { throw cutShort }
            guard let digit = JSONText.hexDigit(byte) else { throw malformed }
            unit = unit << 4 | digit
        }
        return unit
    }

    private func peek() -> UInt8? {
        position < input.count ? input[position] : nil
    }

    private mutating func next() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }

    private var cutShort: CredentialError { refusal("ends too early") }

    private var malformed: CredentialError {
        refusal("is not \(shape)")
    }

    private func refusal(_ reason: String) -> CredentialError {
        CredentialError(.badRequest, "\(name) \(reason)")
    }
}
