public import CredentialCore
import Launch

extension TokenOrder {
    /// The order's bytes, for a message or the token cache.
    public var encoded: [UInt8] {
        let writer = MessageWriter()
        write(to: writer)
        return writer.message.withBytes { Array($0) }
    }

    /// Reads an order's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding bytes: [UInt8]) throws(CredentialError) {
        self = try Secret(copying: bytes).withBytes { (bytes) throws(CredentialError) in
            var reader = MessageReader(bytes)
            return try TokenOrder(&reader)
        }
    }

    func write(to writer: MessageWriter) {
        writer.write(String(decoding: address.registryKey, as: UTF8.self))
        write(registry, to: writer)
        write(source, to: writer)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        let address = try Address(registry: Array(try reader.text().utf8))
        self.init(address, try Self.registry(&reader), try Self.source(&reader))
    }

    func write(_ registry: ECRRegistry, to writer: MessageWriter) {
        switch registry.kind {
        case .registry(let account, let region):
            writer.write(account)
            writer.write(region)
        case .gallery:
            writer.write("")
            writer.write("")
        }
        writer.write(registry.usesFIPS)
        writer.write(registry.usesDualStack)
    }

    private static func registry(
        _ reader: inout MessageReader
    ) throws(CredentialError) -> ECRRegistry {
        let (account, region) = (try reader.text(), try reader.text())
        let (usesFIPS, usesDualStack) = (try reader.flag(), try reader.flag())
        return ECRRegistry(
            account.isEmpty ? .gallery : .registry(account: account, region: region),
            usesFIPS: usesFIPS, usesDualStack: usesDualStack)
    }

    func write(_ source: Source, to writer: MessageWriter) {
        switch source {
        case .ambient(let profile):
            writer.write(profile != nil ? 2 : 1)
            writer.write(profile ?? "")
        case .credential(let id, let name, let version, let store):
            writer.write(3)
            writer.write(id.text)
            writer.write(name)
            writer.write(number: Int64(clamping: version))
            writer.write(store.rawValue)
        case .machine(let id, let name, let version):
            writer.write(4)
            writer.write(id.text)
            writer.write(name)
            writer.write(number: Int64(clamping: version))
        }
    }

    private static func source(
        _ reader: inout MessageReader
    ) throws(CredentialError) -> Source {
        switch try reader.code() {
        case 1:
            _ = try reader.text()
            return .ambient(profile: nil)
        case 2: return .ambient(profile: try reader.text())
        case 3:
            let (id, name, version) = try key(&reader)
            guard let store = StoreKind(rawValue: try reader.code()) else {
                throw MessageReader.malformed
            }
            return .credential(id, name: name, version: version, store: store)
        case 4:
            let (id, name, version) = try key(&reader)
            return .machine(id, name: name, version: version)
        default: throw MessageReader.malformed
        }
    }

    private static func key(
        _ reader: inout MessageReader
    ) throws(CredentialError) -> (id: CredentialID, name: String, version: UInt64) {
        guard let id = CredentialID(text: try reader.text()) else {
            throw MessageReader.malformed
        }
        return (id, try reader.text(), UInt64(clamping: try reader.number()))
    }
}
