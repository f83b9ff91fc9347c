/// Bytes that must not be seen: a password, a token, a private key.
///
/// The bytes live in locked memory that is wiped when the last copy of the value goes away. A
/// secret cannot be printed, interpolated or compared with `==`; ``matches(_:)`` compares in
/// constant time, and ``withBytes(_:)`` is the only way to read it.
public struct Secret: Sendable {
    private let buffer: SecretBuffer

    /// Copies bytes into locked memory. The caller still has to wipe the original.
    public init(copying bytes: UnsafeRawBufferPointer) {
        self.init(SecretBuffer(copying: bytes))
    }

    /// Copies bytes that were never secret on their own (a test's, a constant's).
    public init(copying bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Secret(copying: $0) }
    }

    /// Takes over a buffer that nobody appends to any more.
    public init(_ buffer: SecretBuffer) {
        self.buffer = buffer
    }

    /// The number of bytes.
    public var count: Int { buffer.count }

    /// Whether there are no bytes at all.
    public var isEmpty: Bool { count == 0 }

    /// Reads the bytes in place. They must not be kept beyond `body`.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(body)
    }

    /// Whether two secrets hold the same bytes, in a time that depends on their lengths alone.
    public func matches(_ other: Secret) -> Bool {
        withBytes { mine in
            other.withBytes { theirs in
                guard mine.count == theirs.count else { return false }
                var difference: UInt8 = 0
                for index in mine.indices { difference |= mine[index] ^ theirs[index] }
                return difference == 0
            }
        }
    }

    /// How many bytes of secret memory the kernel refused to lock, in this process so far.
    public static var unlockedByteCount: Int { SecretArena.unlockedBytes }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { description }
    /// Shows nothing, so that a dump of a value that holds a secret shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension DefaultStringInterpolation {
    /// A secret has no place in a string.
    @available(*, unavailable, message: "a secret must not be interpolated")
    public mutating func appendInterpolation(_ secret: Secret) {}
}
