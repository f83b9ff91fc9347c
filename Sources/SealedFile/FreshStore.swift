import CredentialCore
import ProtectedFiles

/// A way to the store key that a new store is to have.
enum SlotRequest {
    case keyFile
    case passphrase(Secret)
    case externalKey(Secret)

    func slot(_ storeKey: StoreKey, _ catalogueKey: CatalogueKey, fileID: [UInt8])
        throws(CredentialError) -> KeySlot
    {
        switch self {
        case .keyFile:
            return KeySlot(
                kind: KeySlot.KindCode.keyFile, parameters: [], wrapping: storeKey,
                with: catalogueKey.slot, fileID: fileID)
        case .externalKey(let key):
            return KeySlot(
                kind: KeySlot.KindCode.externalKey, parameters: [], wrapping: storeKey, with: key,
                fileID: fileID)
        case .passphrase(let passphrase):
            let cost = PassphraseCost.moderate
            let salt = Sodium.randomBytes(PassphraseCost.saltLength)
            var parameters: [UInt8] = []
            parameters.append(integer: UInt32(cost.passes))
            parameters.append(integer: UInt32(cost.kibibytes))
            return KeySlot(
                kind: KeySlot.KindCode.passphrase, parameters: parameters + salt,
                wrapping: storeKey, with: try cost.key(from: passphrase, salt: salt),
                fileID: fileID)
        }
    }
}

/// The keys and header of a store that is about to be written for the first time.
struct FreshStore {
    let header: Header
    let storeKey: StoreKey
    let catalogueKey: CatalogueKey

    /// Makes the keys. A key file that is there already is used: a killed first store may have left
    /// it, and another file may depend on it.
    ///
    /// - Parameter replacing: whether a key file that is none any more is given up.
    init(
        _ location: StoreLocation, slots: [SlotRequest], replacing: Bool = false
    ) throws(CredentialError) {
        Sodium.prepare()
        let state = try location.makeState()
        if let existing = try Self.existingKey(in: state, replacing: replacing) {
            catalogueKey = existing
        } else {
            catalogueKey = CatalogueKey(bytes: Sodium.randomKey())
            try KeyFile.write([catalogueKey], in: state)
        }
        storeKey = StoreKey(bytes: Sodium.randomKey())
        header = try Self.header(catalogueKey, storeKey, slots)
    }

    private static func existingKey(
        in state: borrowing Folder, replacing: Bool
    ) throws(CredentialError) -> CatalogueKey? {
        do throws(CredentialError) {
            return try KeyFile.read(in: state)?.last
        } catch  where error.code == .damaged && replacing {
            return nil
        }
    }

    /// A header for these keys under a new file id.
    static func header(
        _ catalogueKey: CatalogueKey, _ storeKey: StoreKey, _ slots: [SlotRequest]
    ) throws(CredentialError) -> Header {
        let fileID = Sodium.randomBytes(16)
        var header = Header(fileID: fileID, catalogueKey: catalogueKey, storeKey: storeKey)
        for request in slots {
            header.slots.append(try request.slot(storeKey, catalogueKey, fileID: fileID))
        }
        return header
    }

    func composer(now: Int64) -> Composer {
        Composer(key: catalogueKey, header: header, generation: 1, now: now)
    }
}
