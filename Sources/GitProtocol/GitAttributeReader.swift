import CredentialCore

/// One line of a request, in place.
struct GitAttribute {
    let key: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer
}

/// Takes a request apart into its lines.
///
/// It works on bytes: Swift takes a carriage return and a line feed for one character.
struct GitAttributeReader {
    private let input: UnsafeRawBufferPointer
    private var position = 0
    private var count = 0

    init(_ input: UnsafeRawBufferPointer) {
        self.input = input
    }

    /// The next attribute; `nil` at the first blank line and at the end of the input.
    mutating func next() throws(CredentialError) -> GitAttribute? {
        let line = takeLine()
        guard !line.isEmpty else { return nil }
        // What follows the limit could be read as an attribute of its own, if one went on
        // after a line that is too long; so the whole request is refused.
        guard line.count < GitWire.lineLimit else {
            throw CredentialError(
                .limit, "the request has a line longer than \(GitWire.lineLimit) bytes")
        }
        count += 1
        guard count <= GitWire.attributeLimit else {
            throw CredentialError(
                .limit, "the request has more than \(GitWire.attributeLimit) lines")
        }
        return try attribute(in: line)
    }

    /// The bytes up to the next line feed or the end of the input.
    private mutating func takeLine() -> UnsafeRawBufferPointer {
        let rest = input[position...]
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        position = min(end + 1, input.count)
        return UnsafeRawBufferPointer(rebasing: rest[..<end])
    }

    private func attribute(
        in line: UnsafeRawBufferPointer
    ) throws(CredentialError) -> GitAttribute {
        guard let separator = line.firstIndex(of: UInt8(ascii: "=")), separator > 0 else {
            throw CredentialError(.badRequest, "the request has a line that is not key=value")
        }
        let key = UnsafeRawBufferPointer(rebasing: line[..<separator])
        let value = UnsafeRawBufferPointer(rebasing: line[(separator + 1)...])
        guard GitByteSet.printable.contains(key) else {
            throw CredentialError(.badRequest, "the request has a control byte in a key")
        }
        let known = GitKey(key)
        guard (known?.permittedBytes ?? .line).contains(value) else {
            throw CredentialError(
                .badRequest,
                "the request has a control byte in the value of "
                    + (known?.rawValue ?? "an unknown key"))
        }
        return GitAttribute(key: key, value: value)
    }
}
