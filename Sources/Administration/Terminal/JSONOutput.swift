/// A result as JSON, written straight away: ten thousand objects in the time that takes.
///
/// It looks like what Foundation's encoder makes of the same values. Members are to come in the
/// order of their names.
struct JSONOutput {
    private(set) var bytes: [UInt8] = []
    private var depth = 0
    private var isFirst = true

    /// - Parameter capacity: how many bytes it is likely to have.
    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object.
    mutating func object(_ members: (inout JSONOutput) -> Void) {
        nest("{", "}", members)
    }

    /// Writes an array.
    mutating func array<Element>(
        _ elements: some Sequence<Element>, _ each: (inout JSONOutput, Element) -> Void
    ) {
        nest("[", "]") { output in
            for element in elements {
                output.startLine()
                each(&output, element)
            }
        }
    }

    /// Writes a member of an object.
    mutating func member(_ name: String, _ value: (inout JSONOutput) -> Void) {
        startLine()
        string(name)
        bytes += " : ".utf8
        value(&self)
    }

    /// Writes a member that is a string; nothing for none.
    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        member(name) { $0.string(value) }
    }

    /// Writes a member that is a number.
    mutating func member(_ name: String, _ value: UInt64) {
        member(name) { $0.bytes += String(value).utf8 }
    }

    /// Writes a member that is a list of strings.
    mutating func member(_ name: String, _ values: [String]) {
        member(name) { $0.array(values) { $0.string($1) } }
    }

    /// Writes a string.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            bytes += text.utf8
        } else {
            for byte in text.utf8 { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C: bytes += [0x5C, byte]
        case ..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += "\\u00".utf8
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
    }

    private mutating func nest(
        _ start: Unicode.Scalar, _ end: Unicode.Scalar, _ body: (inout JSONOutput) -> Void
    ) {
        bytes.append(UInt8(ascii: start))
        depth += 1
        isFirst = true
        body(&self)
        depth -= 1
        if !isFirst { breakLine() }
        bytes.append(UInt8(ascii: end))
        isFirst = false
    }

    private mutating func startLine() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        breakLine()
    }

    private mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }
}
