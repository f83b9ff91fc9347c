import CredentialCore

/// Reads the little-endian fields of an opened piece, one after another. Every read is checked, so
/// bytes that do not parse are `damaged` and never a trap.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    private let what: StaticString

    /// What to do about damage.
    static let remedy = "run `keyfob store fsck`, then `keyfob store recover`"

    init(_ bytes: UnsafeRawBufferPointer, of what: StaticString) {
        self.bytes = bytes
        self.what = what
    }

    var isAtEnd: Bool { offset == bytes.count }

    var damage: CredentialError {
        CredentialError(
            .damaged, "the \(what) of the sealed file does not parse", remedy: Self.remedy)
    }

    mutating func skip(_ count: Int) throws(CredentialError) {
        _ = try slice(count)
    }

    mutating func slice(_ count: Int) throws(CredentialError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - offset else { throw damage }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    mutating func array(_ count: Int) throws(CredentialError) -> [UInt8] {
        Array(try slice(count))
    }

    mutating func integer<Value: FixedWidthInteger>(
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
    mutating func append<Value: FixedWidthInteger>(integer value: Value) {
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
