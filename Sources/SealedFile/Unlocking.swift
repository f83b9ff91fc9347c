import CredentialCore
import ProtectedFiles

/// Finds the store key with what is at hand, without asking anybody.
enum Unlocking {
    /// The store key; nil when every slot wants something that is not here.
    static func storeKey(
        _ location: StoreLocation, _ header: Header, catalogueKey: CatalogueKey?
    ) throws(CredentialError) -> StoreKey? {
        var failure: CredentialError?
        for slot in header.slots {
            switch slot.kind {
            case KeySlot.KindCode.keyFile:
                guard let catalogueKey else { continue }
                // The header's MAC was made with this key, so a slot that does not open is not the
                // user's mistake.
                guard
                    let key = checked(
                        slot.unwrap(with: catalogueKey.slot, fileID: header.fileID), header)
                else { throw SealedFile.damage(location, "key slot") }
                return key
            case KeySlot.KindCode.passphrase:
                if let key = checked(KernelKeyring.read(fileID: header.fileID), header) {
                    return key
                }
            case KeySlot.KindCode.externalKey:
                guard let path = location.externalKeyFile else { continue }
                do throws(CredentialError) {
                    let wrappingKey = try ExternalKey.read(path)
                    if let key = checked(
                        slot.unwrap(with: wrappingKey, fileID: header.fileID), header)
                    {
                        return key
                    }
                    failure = CredentialError(
                        .locked, "the key file \(path) does not open \(location.path)",
                        remedy: "name the key file the store was made with")
                } catch {
                    failure = error
                }
            default: break
            }
        }
        // Each slot is enough: a key file that does not open is the user's to know about only when
        // no passphrase would do instead.
        let hasPassphrase = header.slots.contains { $0.kind == KeySlot.KindCode.passphrase }
        if let failure, !hasPassphrase { throw failure }
        return nil
    }

    private static func checked(_ key: StoreKey?, _ header: Header) -> StoreKey? {
        key.flatMap { header.commits(to: $0) ? $0 : nil }
    }

    /// The store key from a passphrase; nil when it is the wrong one.
    static func storeKey(
        from passphrase: Secret, _ header: Header
    ) throws(CredentialError) -> StoreKey? {
        for slot in header.slots where slot.kind == KeySlot.KindCode.passphrase {
            let (cost, salt) = try slot.passphraseCost()
            let wrappingKey = try cost.key(from: passphrase, salt: salt)
            if let key = checked(slot.unwrap(with: wrappingKey, fileID: header.fileID), header) {
                return key
            }
        }
        return nil
    }

    static func locked(_ location: StoreLocation, _ header: Header) -> CredentialError {
        let wantsPassphrase = header.slots.contains { $0.kind == KeySlot.KindCode.passphrase }
        return CredentialError(
            .locked, "the store \(location.path) is locked",
            remedy: wantsPassphrase
                ? "run `keyfob unlock`" : "set KEYFOB_KEY_FILE to the key file that opens it")
    }
}
