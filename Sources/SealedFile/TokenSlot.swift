import CredentialCore

/// One sealed entry of the token cache, with what is in clear beside it.
struct TokenSlot {
    private static let magic = Array("KFBTOK1\n".utf8)

    let lookup: [UInt8]
    let host: [UInt8]
    /// When the token ends, so that it can be thrown away by whoever cannot open it.
    let endsAt: Int64
    let isLockedWithStore: Bool
    let nonce: [UInt8]
    let sealed: [UInt8]

    /// All that can be found in a file. One that was cut off or damaged loses what comes after.
    static func slots(in bytes: [UInt8]) -> [TokenSlot] {
        guard bytes.starts(with: magic) else { return [] }
        return bytes.withUnsafeBytes { buffer in
            var slots: [TokenSlot] = []
            var reader = ByteReader(
                UnsafeRawBufferPointer(rebasing: buffer[magic.count...]), of: "token cache")
            while !reader.isAtEnd, let slot = try? TokenSlot(&reader) { slots.append(slot) }
            return slots
        }
    }

    static func file(of slots: [TokenSlot]) -> [UInt8] {
        slots.reduce(into: magic) { bytes, slot in
            bytes += slot.clear + slot.nonce
            bytes.append(integer: UInt32(slot.sealed.count))
            bytes += slot.sealed
        }
    }

    init(
        sealing entry: TokenEntry, with key: Secret, lookup: [UInt8], host: [UInt8],
        endsAt: Int64, isLockedWithStore: Bool
    ) throws(CredentialError) {
        self.lookup = lookup
        self.host = host
        self.endsAt = endsAt
        self.isLockedWithStore = isLockedWithStore
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        let ad = Self.clear(lookup, host, endsAt, isLockedWithStore)
        self.nonce = nonce
        sealed = try Record.plain(entry.fields()).withBytes {
            Sodium.seal($0, key: key, nonce: nonce, ad: ad)
        }
    }

    private init(_ reader: inout ByteReader) throws(CredentialError) {
        lookup = try reader.array(Sodium.macLength)
        host = try reader.array(Sodium.macLength)
        endsAt = try reader.integer(Int64.self)
        isLockedWithStore = try reader.integer(UInt8.self) != 0
        nonce = try reader.array(Sodium.nonceLength)
        sealed = try reader.array(Int(try reader.integer(UInt32.self)))
    }

    /// The entry; nil when it does not open: the key is another one, or a byte was changed.
    func open(with key: Secret) -> TokenEntry? {
        guard let plain = Sodium.openSecret(sealed, key: key, nonce: nonce, ad: clear),
            let fields = try? Record.fields(plain)
        else { return nil }
        return try? TokenEntry(fields)
    }

    private var clear: [UInt8] { Self.clear(lookup, host, endsAt, isLockedWithStore) }

    private static func clear(
        _ lookup: [UInt8], _ host: [UInt8], _ endsAt: Int64, _ isLockedWithStore: Bool
    ) -> [UInt8] {
        var bytes = lookup + host
        bytes.append(integer: endsAt)
        bytes.append(isLockedWithStore ? 1 : 0)
        return bytes
    }
}
