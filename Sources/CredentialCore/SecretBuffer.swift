/// A growing run of bytes in secret memory: input as it is read, a reply as it is built.
///
/// It is a reference, so that the bytes are never copied by an assignment, and it wipes every
/// piece of memory that it leaves.
public final class SecretBuffer: @unchecked Sendable {
    // Unchecked: a buffer is filled by one owner and only read once it became a `Secret`.
    private var storage: UnsafeMutableRawBufferPointer

    /// The number of bytes held.
    public private(set) var count = 0

    /// An empty buffer with room for `capacity` bytes.
    public init(capacity: Int = 64) {
        storage = SecretArena.allocate(capacity)
    }

    /// A buffer that holds a copy of `bytes`.
    public convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count)
        append(bytes)
    }

    deinit {
        SecretArena.release(storage)
    }

    /// Adds one byte.
    public func append(_ byte: UInt8) {
        reserve(1)
        storage[count] = byte
        count += 1
    }

    /// Adds bytes.
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Adds bytes that are not secret on their own.
    public func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Adds the bytes of a constant.
    public func append(_ text: StaticString) {
        text.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    /// Adds a secret's bytes.
    public func append(_ secret: Secret) {
        secret.withBytes { append($0) }
    }

    /// Lets `body` write up to `byteCount` further bytes in place and return how many it wrote.
    public func appendInPlace<Failure: Error>(
        upTo byteCount: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(byteCount)
        let room = UnsafeMutableRawBufferPointer(rebasing: storage[count..<(count + byteCount)])
        count += min(max(try body(room), 0), byteCount)
    }

    /// Reads the bytes in place. They must not be kept beyond `body`.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: storage[..<count]))
    }

    private func reserve(_ more: Int) {
        guard count + more > storage.count else { return }
        let larger = SecretArena.allocate(max(count + more, storage.count * 2))
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        SecretArena.release(storage)
        storage = larger
    }
}
