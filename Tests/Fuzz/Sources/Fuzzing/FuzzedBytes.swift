/// An input as a series of choices, taken from its front; zeros follow its end.
///
/// For values that have no text form: neighbouring inputs then make neighbouring values.
public struct FuzzedBytes {
    private var rest: Slice<UnsafeRawBufferPointer>

    /// Choices from an input.
    public init(_ input: UnsafeRawBufferPointer) { rest = input[...] }

    /// Whether every byte was taken.
    public var isEmpty: Bool { rest.isEmpty }

    /// The next byte.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// One of some values.
    public mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int(byte()) % values.count]
    }

    /// All bytes that were not taken yet.
    public mutating func remainder() -> [UInt8] {
        defer { rest = rest.suffix(0) }
        return Array(rest)
    }
}

/// The bytes of one input.
///
/// - Parameters:
///   - start: libFuzzer's pointer; it may be null when there are none.
///   - count: how many.
public func input(_ start: UnsafeRawPointer?, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
}
