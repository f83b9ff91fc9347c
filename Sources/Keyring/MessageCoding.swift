public import CredentialCore
import Launch
import SecretService

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
        return writer.message
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
            writer.write(error)
        }
        return writer.message
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
            case 5: return .failure(try reader.error())
            default: throw MessageReader.malformed
            }
        }
    }
}
