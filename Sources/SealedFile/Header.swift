import CredentialCore

/// The part of the file in clear: version, costs of the key slots, and where the root is.
struct Header {
    static let magic: [UInt8] = [0x89, 0x4B, 0x46, 0x42, 0x0D, 0x0A, 0x1A, 0x0A]
    static let major: UInt16 = 1
    static let fixedLength = 200
    static let lengthLimit = 4096

    var fileID: [UInt8]
    var rootLength: Int
    var rootNonce: [UInt8]
    var catalogueCommitment: [UInt8]
    var storeCommitment: [UInt8]
    /// The catalogue key wrapped under the store key: nonce and sealed key.
    var wrappedCatalogueKey: [UInt8]
    var slots: [KeySlot]

    /// The header's length with its MAC.
    var length: Int {
        slots.reduce(Self.fixedLength + Sodium.macLength) {
            $0 + 4 + $1.parameters.count + KeySlot.wrappedLength
        }
    }

    /// Reads the length a header gives itself, from the file's first bytes.
    static func length(in start: [UInt8]) throws(CredentialError) -> Int {
        guard start.count >= fixedLength, start.starts(with: magic) else {
            throw CredentialError(.damaged, "the sealed file does not begin as one")
        }
        let version = UInt16(start[8]) | UInt16(start[9]) << 8
        guard version == major else {
            throw CredentialError(
                .newerVersion, "the sealed file was written in format \(version)",
                remedy: "use the version of keyfob that wrote it")
        }
        let length = (0..<4).reduce(0) { $0 | Int(start[12 + $1]) << (8 * $1) }
        let shortest = fixedLength + Sodium.macLength + 4 + KeySlot.wrappedLength
        guard (shortest...lengthLimit).contains(length) else {
            throw CredentialError(.damaged, "the header of the sealed file does not parse")
        }
        return length
    }

    /// Parses a header. Nothing in it is to be believed before ``verify(_:_:)``.
    init(_ bytes: [UInt8]) throws(CredentialError) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in try Self.parse(buffer) }
        }
        self = try outcome.get()
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) throws(CredentialError) -> Header {
        var reader = ByteReader(bytes, of: "header")
        try reader.skip(16)
        let fileID = try reader.array(16)
        let rootLength = Int(try reader.integer(UInt32.self))
        let rootNonce = try reader.array(Sodium.nonceLength)
        let slotCount = Int(try reader.integer(UInt8.self))
        let reserved = try reader.array(3)
        guard (1...KeySlot.countLimit).contains(slotCount), reserved == [0, 0, 0] else {
            throw reader.damage
        }
        let catalogueCommitment = try reader.array(Sodium.macLength)
        let storeCommitment = try reader.array(Sodium.macLength)
        let wrappedCatalogueKey = try reader.array(KeySlot.wrappedLength)
        var slots: [KeySlot] = []
        for _ in 0..<slotCount {
            let kind = try reader.integer(UInt8.self)
            guard try reader.integer(UInt8.self) == 0 else { throw reader.damage }
            let parameters = try reader.array(Int(try reader.integer(UInt16.self)))
            let wrapped = try reader.array(KeySlot.wrappedLength)
            let slot = KeySlot(kind: kind, parameters: parameters, wrapped: wrapped)
            try slot.check()
            slots.append(slot)
        }
        try reader.skip(Sodium.macLength)
        try reader.expectEnd()
        return Header(
            fileID: fileID, rootLength: rootLength, rootNonce: rootNonce,
            catalogueCommitment: catalogueCommitment, storeCommitment: storeCommitment,
            wrappedCatalogueKey: wrappedCatalogueKey, slots: slots)
    }

    init(
        fileID: [UInt8], rootLength: Int, rootNonce: [UInt8], catalogueCommitment: [UInt8],
        storeCommitment: [UInt8], wrappedCatalogueKey: [UInt8], slots: [KeySlot]
    ) {
        self.fileID = fileID
        self.rootLength = rootLength
        self.rootNonce = rootNonce
        self.catalogueCommitment = catalogueCommitment
        self.storeCommitment = storeCommitment
        self.wrappedCatalogueKey = wrappedCatalogueKey
        self.slots = slots
    }

    /// A header for new keys. Root and slots are filled in afterwards.
    init(fileID: [UInt8], catalogueKey: CatalogueKey, storeKey: StoreKey) {
        let committed = Self.magic + fileID
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        let sealed = catalogueKey.bytes.withBytes {
            Sodium.seal(
                $0, key: storeKey.catalogueKey, nonce: nonce,
                ad: Self.catalogueKeyAssociatedData(fileID))
        }
        self.init(
            fileID: fileID, rootLength: 0, rootNonce: [],
            catalogueCommitment: Sodium.mac(committed, key: catalogueKey.commitment),
            storeCommitment: Sodium.mac(committed, key: storeKey.commitment),
            wrappedCatalogueKey: nonce + sealed, slots: [])
    }

    /// Whether this is the key the file was sealed with. AEAD alone does not say: it can be made to
    /// open under two keys.
    func commits(to key: CatalogueKey) -> Bool {
        Sodium.areEqual(
            catalogueCommitment, Sodium.mac(Self.magic + fileID, key: key.commitment))
    }

    /// Whether this is the key the secrets were sealed with.
    func commits(to key: StoreKey) -> Bool {
        Sodium.areEqual(storeCommitment, Sodium.mac(Self.magic + fileID, key: key.commitment))
    }

    /// The catalogue key, from its copy under the store key; nil when that does not open.
    func catalogueKey(from storeKey: StoreKey) -> CatalogueKey? {
        Sodium.openSecret(
            Array(wrappedCatalogueKey.dropFirst(Sodium.nonceLength)), key: storeKey.catalogueKey,
            nonce: Array(wrappedCatalogueKey.prefix(Sodium.nonceLength)),
            ad: Self.catalogueKeyAssociatedData(fileID)
        ).map(CatalogueKey.init(bytes:))
    }

    /// Checks the MAC over the header's bytes.
    static func verify(_ bytes: [UInt8], _ key: CatalogueKey) throws(CredentialError) {
        let covered = bytes.count - Sodium.macLength
        let expected = bytes.withUnsafeBytes {
            Sodium.mac(UnsafeRawBufferPointer(rebasing: $0[..<covered]), key: key.header)
        }
        guard Sodium.areEqual(expected, Array(bytes[covered...])) else {
            throw CredentialError(.damaged, "the header of the sealed file was changed")
        }
    }

    /// The header's bytes, with their MAC.
    func encoded(_ key: CatalogueKey) -> [UInt8] {
        var bytes = Self.magic
        bytes.append(integer: Self.major)
        bytes.append(integer: UInt16(0))
        bytes.append(integer: UInt32(length))
        bytes += fileID
        bytes.append(integer: UInt32(rootLength))
        bytes += rootNonce
        bytes += [UInt8(slots.count), 0, 0, 0]
        bytes += catalogueCommitment + storeCommitment + wrappedCatalogueKey
        for slot in slots {
            bytes += [slot.kind, 0]
            bytes.append(string: slot.parameters)
            bytes += slot.wrapped
        }
        return bytes + Sodium.mac(bytes, key: key.header)
    }

    private static func catalogueKeyAssociatedData(_ fileID: [UInt8]) -> [UInt8] {
        var ad = fileID
        ad.append(label: "catalogue key")
        return ad
    }
}
