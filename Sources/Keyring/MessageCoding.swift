public import CredentialCore
import SecretService

/// Requests and replies as bytes: a code, then its fields in order, each string and list with its
/// length before it (32 bits, little-endian). Both ends come from one build, so there is no version.
struct MessageWriter {
    let buffer = SecretBuffer(capacity: 256)

    func write(_ code: UInt8) { buffer.append(code) }

    func write(count: Int) {
        buffer.append((0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
    }

    func write(_ text: String) {
        write(count: text.utf8.count)
        buffer.append(Array(text.utf8))
    }

    func write(_ secret: Secret) {
        write(count: secret.count)
        buffer.append(secret)
    }

    func write(_ attributes: [String: String]) {
        write(count: attributes.count)
        for (name, value) in attributes {
            write(name)
            write(value)
        }
    }

    func write(_ isTrue: Bool) { write(isTrue ? 1 : 0) }
}

/// Reads what ``MessageWriter`` writes.
struct MessageReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func code() throws(CredentialError) -> UInt8 { try slice(1)[0] }

    mutating func count() throws(CredentialError) -> Int {
        let slice = try slice(4)
        return (0..<4).reduce(0) { $0 | Int(slice[$1]) << (8 * $1) }
    }

    mutating func text() throws(CredentialError) -> String {
        String(decoding: try slice(try count()), as: UTF8.self)
    }

    mutating func secret() throws(CredentialError) -> Secret {
        Secret(copying: try slice(try count()))
    }

    mutating func attributes() throws(CredentialError) -> [String: String] {
        var attributes: [String: String] = [:]
        for _ in 0..<(try count()) {
            let name = try text()
            attributes[name] = try text()
        }
        return attributes
    }

    mutating func flag() throws(CredentialError) -> Bool { try code() != 0 }

    private mutating func slice(_ length: Int) throws(CredentialError) -> UnsafeRawBufferPointer {
        guard length <= bytes.count - position else { throw Self.malformed }
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)])
    }

    static let malformed = CredentialError(
        .system, "keyfob-keyring was sent, or sent, a message that is none",
        remedy: "install all programs of one version together")
}

extension KeyringRequest {
    /// The request's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        switch self {
        case .status: writer.write(1)
        case .unlock(let promptSeconds, let creating):
            writer.write(2)
            writer.write(count: promptSeconds)
            writer.write(creating)
        case .lock: writer.write(3)
        case .create(let label, let attributes, let secret):
            writer.write(4)
            writer.write(label)
            writer.write(attributes)
            writer.write(secret)
        case .read(let path):
            writer.write(5)
            writer.write(path)
        case .search(let attributes):
            writer.write(6)
            writer.write(attributes)
        case .annotate(let path, let label, let attributes):
            writer.write(7)
            writer.write(path)
            writer.write(label)
            writer.write(attributes)
        case .delete(let path):
            writer.write(8)
            writer.write(path)
        case .confirm(let path, let promptSeconds):
            writer.write(9)
            writer.write(path)
            writer.write(count: promptSeconds)
        }
        return Secret(writer.buffer)
    }

    /// Reads a request's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) -> KeyringRequest in
            var reader = MessageReader(bytes)
            switch try reader.code() {
            case 1: return .status
            case 2: return .unlock(promptSeconds: try reader.count(), creating: try reader.flag())
            case 3: return .lock
            case 4:
                return .create(
                    label: try reader.text(), attributes: try reader.attributes(),
                    secret: try reader.secret())
            case 5: return .read(path: try reader.text())
            case 6: return .search(attributes: try reader.attributes())
            case 7:
                return .annotate(
                    path: try reader.text(), label: try reader.text(),
                    attributes: try reader.attributes())
            case 8: return .delete(path: try reader.text())
            case 9: return .confirm(path: try reader.text(), promptSeconds: try reader.count())
            default: throw MessageReader.malformed
            }
        }
    }
}

extension KeyringReply {
    /// The reply's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        switch self {
        case .done: writer.write(1)
        case .status(let status):
            writer.write(2)
            writer.write(status.label != nil)
            writer.write(status.label ?? "")
            writer.write(status.isLocked)
        case .path(let path):
            writer.write(3)
            writer.write(path)
        case .items(let items):
            writer.write(4)
            writer.write(count: items.count)
            for item in items {
                writer.write(item.path)
                writer.write(item.label)
                writer.write(item.attributes)
                writer.write(item.isLocked)
                writer.write(item.wantsConfirmation)
                writer.write(item.secret != nil)
                if let secret = item.secret { writer.write(secret) }
            }
        case .failure(let error):
            writer.write(5)
            writer.write(error.code.rawValue)
            writer.write(error.problem)
            writer.write(error.remedy != nil)
            writer.write(error.remedy ?? "")
        }
        return Secret(writer.buffer)
    }

    /// Reads a reply's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) -> KeyringReply in
            var reader = MessageReader(bytes)
            switch try reader.code() {
            case 1: return .done
            case 2:
                let hasLabel = try reader.flag()
                let label = try reader.text()
                return .status(
                    KeyringStatus(label: hasLabel ? label : nil, isLocked: try reader.flag()))
            case 3: return .path(try reader.text())
            case 4:
                var items: [ServiceItem] = []
                for _ in 0..<(try reader.count()) {
                    var item = ServiceItem(
                        path: try reader.text(), label: try reader.text(),
                        attributes: try reader.attributes(), isLocked: try reader.flag())
                    item.wantsConfirmation = try reader.flag()
                    if try reader.flag() { item.secret = try reader.secret() }
                    items.append(item)
                }
                return .items(items)
            case 5:
                guard let code = CredentialError.Code(rawValue: try reader.text()) else {
                    throw MessageReader.malformed
                }
                let problem = try reader.text()
                let hasRemedy = try reader.flag()
                let remedy = try reader.text()
                return .failure(CredentialError(code, problem, remedy: hasRemedy ? remedy : nil))
            default: throw MessageReader.malformed
            }
        }
    }
}
