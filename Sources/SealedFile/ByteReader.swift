package import CredentialCore

/// Reads the little-endian fields of an opened piece, one after another. Every read is checked, so
/// bytes that do not parse are `damaged` and never a trap.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    private let what: StaticString
    private let problem: StaticString
    private let remedy: StaticString

    /// What to do about damage of the sealed file.
    static let remedy: StaticString = "run `keyfob store fsck`, then `keyfob store recover`"

    /// Reads a piece of the sealed file.
    init(_ bytes: UnsafeRawBufferPointer, of what: StaticString) {
        self.init(
            bytes, of: what, "of the sealed file does not parse", remedy: Self.remedy)
    }

    /// Reads anything: where it does not parse, it is said that `the what problem; remedy`.
    package init(
        _ bytes: UnsafeRawBufferPointer, of what: StaticString, _ problem: StaticString,
        remedy: StaticString
    ) {
        self.bytes = bytes
        self.what = what
        self.problem = problem
        self.remedy = remedy
    }

    package var isAtEnd: Bool { offset == bytes.count }

    /// What was read so far.
    package var before: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[..<offset])
    }
    /// What was not read yet.
    package var rest: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[offset...])
    }

    package var damage: CredentialError {
        CredentialError(.damaged, "the \(what) \(problem)", remedy: "\(remedy)")
    }

    package mutating func skip(_ count: Int) throws(CredentialError) {
        _ = try slice(count)
    }

    mutating func slice(_ count: Int) throws(CredentialError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - offset else { throw damage }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    package mutating func array(_ count: Int) throws(CredentialError) -> [UInt8] {
        Array(try slice(count))
    }

    package mutating func integer<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) throws(CredentialError) -> Value {
        let raw = try slice(MemoryLayout<Value>.size)
        return Value(littleEndian: raw.loadUnaligned(as: Value.self))
    }

    /// A `u64` that is to be used as a length or a place.
    mutating func length() throws(CredentialError) -> Int {
        guard let value = Int(exactly: try integer(UInt64.self)) else { throw damage }
        return value
    }

    /// A `u16` length and that many bytes.
    mutating func string() throws(CredentialError) -> UnsafeRawBufferPointer {
        try slice(Int(try integer(UInt16.self)))
    }

    func expectEnd() throws(CredentialError) {
        guard isAtEnd else { throw damage }
    }
}

extension [UInt8] {
    /// Appends an integer, little-endian.
    package mutating func append<Value: FixedWidthInteger>(integer value: Value) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends a `u16` length and the bytes. Callers keep texts below 64 KiB.
    mutating func append(string bytes: some Collection<UInt8>) {
        append(integer: UInt16(truncatingIfNeeded: bytes.count))
        append(contentsOf: bytes)
    }

    /// Appends the bytes of a constant.
    mutating func append(label: StaticString) {
        label.withUTF8Buffer { append(contentsOf: $0) }
    }
}
