import CredentialCore

/// Where a record is, and what opens it.
struct RecordPlace: Hashable {
    /// From the start of the record region.
    var offset: Int
    /// Of the sealed record.
    var length: Int
    var nonce: [UInt8]

    init(offset: Int, length: Int, nonce: [UInt8]) {
        self.offset = offset
        self.length = length
        self.nonce = nonce
    }

    init(_ reader: inout ByteReader) throws(CredentialError) {
        offset = try reader.length()
        length = Int(try reader.integer(UInt32.self))
        nonce = try reader.array(Sodium.nonceLength)
        // Far beyond any file, so that sums of places never overflow.
        guard offset < 1 << 48 else { throw reader.damage }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(integer: UInt64(offset))
        bytes.append(integer: UInt32(length))
        bytes += nonce
    }

    static func encodeNone(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: repeatElement(0, count: 12 + Sodium.nonceLength))
    }
}

/// The sealed form of one credential's secrets.
enum Record {
    /// The most a secret field may hold, in bytes.
    static let secretLimit = 4 << 20

    static func associatedData(
        fileID: [UInt8], id: CredentialID, version: UInt64, kind: Kind
    ) -> [UInt8] {
        var ad: [UInt8] = []
        ad.append(label: "record")
        ad += fileID + id.bytes
        ad.append(integer: version)
        ad.append(kind.rawValue)
        return ad
    }

    /// The secret fields of a sealed record; nil when it is not this credential's in this version.
    static func open(
        _ sealed: [UInt8], nonce: [UInt8], with key: StoreKey, fileID: [UInt8], id: CredentialID,
        version: UInt64, kind: Kind
    ) throws(CredentialError) -> SecretFields? {
        let ad = associatedData(fileID: fileID, id: id, version: version, kind: kind)
        guard let plain = Sodium.openSecret(sealed, key: key.records, nonce: nonce, ad: ad) else {
            return nil
        }
        return try fields(plain)
    }

    static func plain(_ fields: SecretFields) throws(CredentialError) -> SecretBuffer {
        let size = fields.fields.reduce(1) { $0 + 5 + $1.name.utf8.count + $1.value.count }
        let buffer = SecretBuffer(capacity: size)
        buffer.append(UInt8(truncatingIfNeeded: fields.fields.count))
        guard fields.fields.count <= 255 else {
            throw CredentialError(.limit, "a credential holds at most 255 secret fields")
        }
        for field in fields.fields {
            guard field.value.count <= secretLimit, field.name.utf8.count <= 255 else {
                throw CredentialError(
                    .limit, "the field \(field.name) is longer than 4 MiB",
                    remedy: "keep large files elsewhere and store what opens them")
            }
            buffer.append(UInt8(field.name.utf8.count))
            buffer.append(Array(field.name.utf8))
            var length: [UInt8] = []
            length.append(integer: UInt32(field.value.count))
            buffer.append(length)
            buffer.append(field.value)
        }
        return buffer
    }

    static func fields(_ plain: Secret) throws(CredentialError) -> SecretFields {
        try plain.withBytes { (bytes) throws(CredentialError) in
            var reader = ByteReader(bytes, of: "record")
            var fields = SecretFields()
            for _ in 0..<(try reader.integer(UInt8.self)) {
                let name = try reader.slice(Int(try reader.integer(UInt8.self)))
                let value = try reader.slice(Int(try reader.integer(UInt32.self)))
                let text = String(decoding: name, as: UTF8.self)
                guard fields[text] == nil else { throw reader.damage }
                fields[text] = Secret(copying: value)
            }
            try reader.expectEnd()
            return fields
        }
    }
}
