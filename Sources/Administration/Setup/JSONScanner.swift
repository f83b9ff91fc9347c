import CredentialCore

/// A value in a JSON text, by its place in it.
struct JSONNode {
    /// One `"name": value` of an object.
    struct Member {
        let name: String
        /// The name with its quotes.
        let nameRange: Range<Int>
        let value: JSONNode
    }

    let range: Range<Int>
    /// The members of an object; nil for every other value.
    let members: [Member]?
}

/// Walks through a JSON text (RFC 8259) as Go's decoder does: bytes in strings that are not UTF-8
/// pass, and so does whatever follows the first value.
struct JSONScanner {
    /// Where and why a text is not JSON.
    struct Failure: Error {
        let offset: Int
        let problem: String
    }

    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var depth = 0

    /// - Parameter bytes: the text; it must outlive the scanner.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads the value that comes next.
    mutating func value() throws(Failure) -> JSONNode {
        skipSpace()
        let start = index
        var members: [JSONNode.Member]?
        switch current {
        case UInt8(ascii: "{"):
            var found: [JSONNode.Member] = []
            try items(upTo: UInt8(ascii: "}")) { (scanner) throws(Failure) in
                found.append(try scanner.member())
            }
            members = found
        case UInt8(ascii: "["):
            try items(upTo: UInt8(ascii: "]")) { (scanner) throws(Failure) in
                _ = try scanner.value()
            }
        case UInt8(ascii: "\""): try string { _ in }
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        return JSONNode(range: start..<index, members: members)
    }

    private mutating func member() throws(Failure) -> JSONNode.Member {
        skipSpace()
        let start = index
        guard current == UInt8(ascii: "\"") else { throw failure("a name in quotes is missing") }
        var name: [UInt8] = []
        try string { name.append($0) }
        let range = start..<index
        skipSpace()
        try byte(UInt8(ascii: ":"), "`:` is missing")
        return JSONNode.Member(
            name: String(decoding: name, as: UTF8.self), nameRange: range, value: try value())
    }

    private mutating func items(
        upTo closing: UInt8, _ item: (inout JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        index += 1
        depth += 1
        defer { depth -= 1 }
        // Every level is a call of ours, so the text must not choose how many there are.
        guard depth <= 500 else { throw failure("more than 500 levels") }
        skipSpace()
        if current == closing {
            index += 1
            return
        }
        while true {
            try item(&self)
            skipSpace()
            guard current == UInt8(ascii: ",") else { break }
            index += 1
        }
        try byte(closing, "`,` or `\(Unicode.Scalar(closing))` is missing")
    }

    /// Passes over a string and hands out what it says: a value may be secret, so it is not kept.
    private mutating func string(_ take: (UInt8) -> Void) throws(Failure) {
        index += 1
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure("a control byte stands in a string") }
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                take(byte)
                continue
            }
            try escape(take)
        }
        try self.byte(UInt8(ascii: "\""), "a string is not closed")
    }

    private mutating func escape(_ take: (UInt8) -> Void) throws(Failure) {
        let simple: UInt8
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = bytes[index]
        case UInt8(ascii: "b"): simple = 0x08
        case UInt8(ascii: "f"): simple = 0x0C
        case UInt8(ascii: "n"): simple = 0x0A
        case UInt8(ascii: "r"): simple = 0x0D
        case UInt8(ascii: "t"): simple = 0x09
        case UInt8(ascii: "u"):
            for unit in UTF8.encode(try escapedScalar()) ?? UTF8.encodedReplacementCharacter {
                take(unit)
            }
            return
        default: throw failure("an unknown escape")
        }
        take(simple)
        index += 1
    }

    /// One scalar as one code unit or a surrogate pair; half a pair becomes U+FFFD.
    private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
        let first = try codeUnit()
        guard 0xD800...0xDBFF ~= first, current == UInt8(ascii: "\\"), index + 1 < bytes.count,
            bytes[index + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let before = index
        index += 1
        let second = try codeUnit()
        guard 0xDC00...0xDFFF ~= second else {
            index = before
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    /// The four digits after the `u` that comes next.
    private mutating func codeUnit() throws(Failure) -> UInt32 {
        index += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw failure("four hexadecimal digits are missing") }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }

    private mutating func word(_ text: StaticString) throws(Failure) {
        let letters = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[index...].starts(with: letters) else { throw failure("a value is missing") }
        index += letters.count
    }

    private mutating func number() throws(Failure) {
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") { index += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(Failure) {
        let start = index
        while let byte = current, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { index += 1 }
        guard index > start else { throw failure("a value is missing") }
    }

    private mutating func byte(_ wanted: UInt8, _ problem: String) throws(Failure) {
        guard current == wanted else { throw failure(problem) }
        index += 1
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || 0x09...0x0A ~= byte || byte == 0x0D { index += 1 }
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func failure(_ problem: String) -> Failure { Failure(offset: index, problem: problem) }
}
