public import CredentialCore

/// Requests and replies as bytes: a code, then its fields in order, each string and list with its
/// length before it (32 bits, little-endian). Both ends come from one build, so there is no
/// version.
public struct MessageWriter {
    private let buffer = SecretBuffer(capacity: 256)

    /// An empty message.
    public init() {}

    /// The message.
    public var message: Secret { Secret(buffer) }

    /// Writes one byte.
    public func write(_ code: UInt8) { buffer.append(code) }

    /// Writes a number of 32 bits.
    public func write(count: Int) {
        buffer.append((0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
    }

    /// Writes a number of 64 bits.
    public func write(number: Int64) {
        buffer.append((0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    /// Writes a text.
    public func write(_ text: String) {
        write(count: text.utf8.count)
        buffer.append(Array(text.utf8))
    }

    /// Writes a secret.
    public func write(_ secret: Secret) {
        write(count: secret.count)
        buffer.append(secret)
    }

    /// Writes names and values.
    public func write(_ attributes: [String: String]) {
        write(count: attributes.count)
        for (name, value) in attributes {
            write(name)
            write(value)
        }
    }

    /// Writes an error.
    public func write(_ error: CredentialError) {
        write(error.code.rawValue)
        write(error.problem)
        write(error.remedy != nil)
        write(error.remedy ?? "")
    }

    /// Writes a yes or no.
    public func write(_ isTrue: Bool) { write(isTrue ? 1 : 0) }
}

/// Reads what ``MessageWriter`` writes. Each throws `system` where something else stands.
public struct MessageReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// A reader at the beginning of a message, which must outlive it.
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// One byte.
    public mutating func code() throws(CredentialError) -> UInt8 { try slice(1)[0] }

    /// A number of 32 bits.
    public mutating func count() throws(CredentialError) -> Int {
        let slice = try slice(4)
        return (0..<4).reduce(0) { $0 | Int(slice[$1]) << (8 * $1) }
    }

    /// A number of 64 bits.
    public mutating func number() throws(CredentialError) -> Int64 {
        let slice = try slice(8)
        return (0..<8).reduce(0) { $0 | Int64(slice[$1]) << (8 * $1) }
    }

    /// A text.
    public mutating func text() throws(CredentialError) -> String {
        String(decoding: try slice(try count()), as: UTF8.self)
    }

    /// A secret.
    public mutating func secret() throws(CredentialError) -> Secret {
        Secret(copying: try slice(try count()))
    }

    /// Names and values.
    public mutating func attributes() throws(CredentialError) -> [String: String] {
        var attributes: [String: String] = [:]
        for _ in 0..<(try count()) {
            let name = try text()
            attributes[name] = try text()
        }
        return attributes
    }

    /// An error.
    public mutating func error() throws(CredentialError) -> CredentialError {
        guard let code = CredentialError.Code(rawValue: try text()) else { throw Self.malformed }
        let problem = try text()
        let hasRemedy = try flag()
        let remedy = try text()
        return CredentialError(code, problem, remedy: hasRemedy ? remedy : nil)
    }

    /// A yes or no.
    public mutating func flag() throws(CredentialError) -> Bool { try code() != 0 }

    private mutating func slice(_ length: Int) throws(CredentialError) -> UnsafeRawBufferPointer {
        guard length <= bytes.count - position else { throw Self.malformed }
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)])
    }

    /// The error for what is no message.
    public static let malformed = CredentialError(
        .system, "one of Keyfob's programs sent another a message that is none",
        remedy: "install all programs of one version together")
}
