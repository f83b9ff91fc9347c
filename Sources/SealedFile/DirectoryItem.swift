import CredentialCore

/// One credential as the directory holds it: all its metadata, and where its record is.
struct DirectoryItem {
    var credential: Credential
    var place: RecordPlace?
    /// Fields of a later minor version, kept as they are.
    var unknownFields: [(tag: UInt8, value: [UInt8])] = []

    /// Counters that are raised by one stay below this, and so never overflow.
    static let counterLimit = UInt64.max / 2

    private enum Tag {
        static let id: UInt8 = 1
        static let version: UInt8 = 2
        static let name: UInt8 = 3
        static let kind: UInt8 = 4
        static let origin: UInt8 = 5
        static let store: UInt8 = 6
        static let createdAt: UInt8 = 7
        static let createdBy: UInt8 = 8
        static let updatedAt: UInt8 = 9
        static let currency: UInt8 = 10
        static let username: UInt8 = 11
        static let description: UInt8 = 12
        static let scope: UInt8 = 13
        static let expiresAt: UInt8 = 14
        static let rotateAfter: UInt8 = 15
        static let authtype: UInt8 = 16
        static let locator: UInt8 = 17
        static let replacedFingerprint: UInt8 = 18
        static let record: UInt8 = 19
        static let settings: UInt8 = 20
        static let binding: UInt8 = 32
    }

    init(credential: Credential, place: RecordPlace?) {
        self.credential = credential
        self.place = place
    }

    /// Reads all items of an opened directory.
    static func items(in plain: [UInt8], count: Int) throws(CredentialError) -> [DirectoryItem] {
        let outcome = plain.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in
                var reader = ByteReader(buffer, of: "directory")
                var items: [DirectoryItem] = []
                while !reader.isAtEnd {
                    let body = try reader.slice(Int(try reader.integer(UInt32.self)))
                    let item = try DirectoryItem(body)
                    if let last = items.last, !(last.credential.id < item.credential.id) {
                        throw reader.damage
                    }
                    items.append(item)
                }
                guard items.count == count else { throw reader.damage }
                return items
            }
        }
        return try outcome.get()
    }

    private init(_ body: UnsafeRawBufferPointer) throws(CredentialError) {
        var reader = ByteReader(body, of: "directory")
        var known = [UnsafeRawBufferPointer?](repeating: nil, count: Int(Tag.settings) + 1)
        var bindings: [Binding] = []
        var lastTag: UInt8 = 0
        while !reader.isAtEnd {
            let tag = try reader.integer(UInt8.self)
            let value = try reader.slice(Int(try reader.integer(UInt32.self)))
            guard tag > lastTag || (tag == Tag.binding && lastTag == tag) else {
                throw reader.damage
            }
            lastTag = tag
            if tag == Tag.binding {
                bindings.append(try Self.binding(value))
            } else if tag > Tag.settings {
                unknownFields.append((tag, Array(value)))
            } else {
                known[Int(tag)] = value
            }
        }
        func field(_ tag: UInt8) -> UnsafeRawBufferPointer? { known[Int(tag)] }
        func integer<Value: FixedWidthInteger>(
            _ tag: UInt8, as type: Value.Type
        ) throws(CredentialError) -> Value? {
            guard let value = field(tag) else { return nil }
            guard value.count == MemoryLayout<Value>.size else { throw reader.damage }
            return Value(littleEndian: value.loadUnaligned(as: Value.self))
        }
        // Zero is no time, here as in the buckets.
        func time(_ tag: UInt8) throws(CredentialError) -> Int64? {
            try integer(tag, as: Int64.self).flatMap { $0 == 0 ? nil : $0 }
        }
        guard let id = field(Tag.id).flatMap({ CredentialID(Array($0)) }),
            let version = try integer(Tag.version, as: UInt64.self),
            let kind = try integer(Tag.kind, as: UInt8.self).flatMap(Kind.init(rawValue:)),
            let origin = try integer(Tag.origin, as: UInt8.self).flatMap(Origin.init(rawValue:)),
            let store = try integer(Tag.store, as: UInt8.self).flatMap(StoreKind.init(rawValue:)),
            let createdAt = try integer(Tag.createdAt, as: Int64.self),
            let updatedAt = try integer(Tag.updatedAt, as: Int64.self),
            let currency = try integer(Tag.currency, as: UInt64.self),
            let name = field(Tag.name), let createdBy = field(Tag.createdBy)
        else { throw reader.damage }
        credential = Credential(
            id: id, name: String(decoding: name, as: UTF8.self), kind: kind, origin: origin,
            store: store, createdAt: createdAt,
            createdBy: String(decoding: createdBy, as: UTF8.self))
        credential.version = version
        credential.updatedAt = updatedAt
        credential.currency = currency
        credential.username = field(Tag.username).map(Array.init)
        credential.description =
            field(Tag.description).map { String(decoding: $0, as: UTF8.self) } ?? ""
        credential.scope = Scope(stored: field(Tag.scope).map(Array.init) ?? [])
        credential.expiresAt = try time(Tag.expiresAt)
        credential.rotateAfter = try time(Tag.rotateAfter)
        credential.authtype = field(Tag.authtype).map(Array.init)
        credential.locator = field(Tag.locator).map(Array.init) ?? []
        credential.replacedFingerprint = field(Tag.replacedFingerprint).map(Array.init) ?? []
        credential.settings = try field(Tag.settings).map(Self.settings) ?? []
        credential.bindings = bindings
        if let record = field(Tag.record) {
            var recordReader = ByteReader(record, of: "directory")
            place = try RecordPlace(&recordReader)
            try recordReader.expectEnd()
        }
        let fingerprintLength = credential.replacedFingerprint.count
        guard version < Self.counterLimit, currency < Self.counterLimit else {
            throw reader.damage
        }
        guard (place != nil) == (store == .file), [0, Sodium.macLength].contains(fingerprintLength)
        else { throw reader.damage }
    }

    private static func binding(_ value: UnsafeRawBufferPointer) throws(CredentialError) -> Binding
    {
        var reader = ByteReader(value, of: "directory")
        guard let wireProtocol = WireProtocol(rawValue: try reader.integer(UInt8.self)) else {
            throw reader.damage
        }
        let suspendedUntil = try reader.integer(Int64.self)
        let scheme = Array(try reader.string())
        let host = Array(try reader.string())
        let port = try reader.integer(UInt16.self)
        let path = Array(try reader.string())
        try reader.expectEnd()
        let address = Address(scheme: scheme, host: host, port: port, path: path)
        return Binding(wireProtocol, AddressPattern(address), suspendedUntil: suspendedUntil)
    }

    private static func settings(
        _ value: UnsafeRawBufferPointer
    ) throws(CredentialError) -> [Credential.Setting] {
        var reader = ByteReader(value, of: "directory")
        var settings: [Credential.Setting] = []
        while !reader.isAtEnd {
            let name = String(decoding: try reader.string(), as: UTF8.self)
            settings.append(
                .init(name: name, value: String(decoding: try reader.string(), as: UTF8.self)))
        }
        return settings
    }

    func encode(into bytes: inout [UInt8]) {
        var body: [UInt8] = []
        body.reserveCapacity(512)
        func field(_ tag: UInt8, _ value: some Collection<UInt8>) {
            body.append(tag)
            body.append(integer: UInt32(value.count))
            body.append(contentsOf: value)
        }
        func field(_ tag: UInt8, _ integer: some FixedWidthInteger) {
            var value: [UInt8] = []
            value.append(integer: integer)
            field(tag, value)
        }
        field(Tag.id, credential.id.bytes)
        field(Tag.version, credential.version)
        field(Tag.name, credential.name.utf8)
        field(Tag.kind, credential.kind.rawValue)
        field(Tag.origin, credential.origin.rawValue)
        field(Tag.store, credential.store.rawValue)
        field(Tag.createdAt, credential.createdAt)
        field(Tag.createdBy, credential.createdBy.utf8)
        field(Tag.updatedAt, credential.updatedAt)
        field(Tag.currency, credential.currency)
        if let username = credential.username { field(Tag.username, username) }
        if !credential.description.isEmpty { field(Tag.description, credential.description.utf8) }
        if !credential.scope.isNone { field(Tag.scope, credential.scope.path) }
        if let expiresAt = credential.expiresAt { field(Tag.expiresAt, expiresAt) }
        if let rotateAfter = credential.rotateAfter { field(Tag.rotateAfter, rotateAfter) }
        if let authtype = credential.authtype { field(Tag.authtype, authtype) }
        if !credential.locator.isEmpty { field(Tag.locator, credential.locator) }
        if !credential.replacedFingerprint.isEmpty {
            field(Tag.replacedFingerprint, credential.replacedFingerprint)
        }
        if let place {
            var value: [UInt8] = []
            place.encode(into: &value)
            field(Tag.record, value)
        }
        if !credential.settings.isEmpty {
            var value: [UInt8] = []
            for setting in credential.settings {
                value.append(string: setting.name.utf8)
                value.append(string: setting.value.utf8)
            }
            field(Tag.settings, value)
        }
        for (tag, value) in unknownFields where tag < Tag.binding { field(tag, value) }
        for binding in credential.bindings {
            let pattern = binding.pattern.address
            var value: [UInt8] = [binding.wireProtocol.rawValue]
            value.append(integer: binding.suspendedUntil)
            value.append(string: pattern.scheme)
            value.append(string: pattern.host)
            value.append(integer: pattern.port)
            value.append(string: pattern.path)
            field(Tag.binding, value)
        }
        for (tag, value) in unknownFields where tag > Tag.binding { field(tag, value) }
        bytes.append(integer: UInt32(body.count))
        bytes += body
    }
}
