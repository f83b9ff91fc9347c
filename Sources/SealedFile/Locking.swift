public import CredentialCore
import ProtectedFiles

extension SealedFile {
    /// How a store can be opened, for people.
    public enum SlotKind: String, Hashable, Sendable, CaseIterable {
        /// By the key file beside the anchor.
        case keyFile = "key-file"
        /// By a passphrase.
        case passphrase
        /// By a key file that is named explicitly.
        case externalKey = "external-key"

        var code: UInt8 {
            switch self {
            case .keyFile: KeySlot.KindCode.keyFile
            case .passphrase: KeySlot.KindCode.passphrase
            case .externalKey: KeySlot.KindCode.externalKey
            }
        }
    }

    /// The ways this store can be opened.
    public var slotKinds: [SlotKind] {
        header.slots.compactMap { slot in SlotKind.allCases.first { $0.code == slot.kind } }
    }

    /// Opens the store with its passphrase and keeps the key in the kernel keyring for a time.
    ///
    /// - Parameter seconds: how long.
    /// - Throws: `wrongKey` for another passphrase, `badRequest` when the store has none, `system`.
    public func unlock(passphrase: Secret, seconds: UInt32) throws(CredentialError) {
        let key = try open(with: passphrase)
        try KernelKeyring.store(key, fileID: header.fileID, seconds: seconds)
    }

    /// Opens the store with its passphrase, for this process.
    @discardableResult
    func open(with passphrase: Secret) throws(CredentialError) -> StoreKey {
        guard slotKinds.contains(.passphrase) else {
            throw CredentialError(
                .badRequest, "\(location.path) has no passphrase",
                remedy: "give it one with `keyfob store rotate-key --lock-with passphrase`")
        }
        guard let key = try Unlocking.storeKey(from: passphrase, header) else {
            throw CredentialError(
                .wrongKey, "this is not the passphrase of \(location.path)", remedy: "try again")
        }
        use(key)
        return key
    }

    /// Drops the key from the kernel keyring.
    ///
    /// - Returns: whether there was one.
    public func lock() -> Bool {
        KernelKeyring.remove(fileID: header.fileID)
    }
}
