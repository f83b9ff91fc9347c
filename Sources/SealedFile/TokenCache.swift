public import CredentialCore
import Glibc
import ProtectedFiles

/// Minted tokens, sealed, in `tokens.keyfob` of the state folder. All of it may be lost at any
/// time: what does not open is as good as absent, and is minted anew. See `Format.md`.
public final class TokenCache {
    /// The most bytes the file may have, and the most entries it keeps.
    static let sizeLimit = 4 << 20
    static let entryLimit = 256
    /// For how long after its end an entry is kept, in seconds: a clock may be set forward and
    /// back.
    static let grace: Int64 = 86_400

    let location: StoreLocation
    private let file: SealedFile?
    private var catalogueKey: CatalogueKey?

    /// The cache beside a store; `file` is the store's sealed file, if there is one.
    public init(_ location: StoreLocation, beside file: SealedFile?) {
        self.location = location
        self.file = file
        catalogueKey = file?.catalogueKey ?? Self.catalogueKey(location)
    }

    /// The entry of a key; nil when there is none that opens.
    ///
    /// - Throws: `locked` when it is sealed under the store key, and that is not at hand.
    public func entry(for key: TokenKey) throws(CredentialError) -> TokenEntry? {
        let sealing = try sealingKey(lockedWithStore: key.isLockedWithStore)
        guard let catalogueKey, let sealing else { return nil }
        let lookup = Self.mac(key.description, catalogueKey)
        guard let found = slots().last(where: { $0.lookup == lookup }) else { return nil }
        return found.open(with: sealing)
    }

    /// All entries that open now. Those of a locked store do not.
    public func entries() -> [TokenEntry] {
        slots().compactMap { slot in
            guard let sealing = try? sealingKey(lockedWithStore: slot.isLockedWithStore) else {
                return nil
            }
            return slot.open(with: sealing)
        }
    }

    /// Puts an entry in the place of the one that the key had.
    ///
    /// - Parameter now: in seconds since 1970; what ended long before goes.
    /// - Throws: `locked` when the store key is not at hand, `system` when nothing can be written.
    public func put(_ entry: TokenEntry, for key: TokenKey, now: Int64) throws(CredentialError) {
        let catalogueKey = try usedOrMadeCatalogueKey()
        guard let sealing = try sealingKey(lockedWithStore: key.isLockedWithStore) else { return }
        let slot = try TokenSlot(
            sealing: entry, with: sealing, lookup: Self.mac(key.description, catalogueKey),
            host: Self.mac(Secret(copying: key.host), catalogueKey),
            endsAt: entry.token?.expiresAt ?? entry.failure?.at ?? now,
            isLockedWithStore: key.isLockedWithStore)
        try change { slots in
            slots.removeAll { $0.lookup == slot.lookup || $0.endsAt + Self.grace < now }
            slots.append(slot)
            // The newest stand at the end.
            slots.removeFirst(max(slots.count - Self.entryLimit, 0))
        }
    }

    /// Forgets all tokens of a registry's host.
    ///
    /// - Throws: `system` when the file cannot be written.
    public func forget(host: [UInt8]) throws(CredentialError) {
        guard let catalogueKey, !slots().isEmpty else { return }
        let host = Self.mac(Secret(copying: host), catalogueKey)
        guard slots().contains(where: { $0.host == host }) else { return }
        try change { slots in slots.removeAll { $0.host == host } }
    }

    /// Forgets every token that was minted from what the store keeps.
    ///
    /// - Throws: `system` when the file cannot be written.
    public func forgetLocked() throws(CredentialError) {
        guard slots().contains(where: \.isLockedWithStore) else { return }
        try change { slots in slots.removeAll(where: \.isLockedWithStore) }
    }

    // MARK: Keys

    private func sealingKey(lockedWithStore: Bool) throws(CredentialError) -> Secret? {
        guard lockedWithStore else { return catalogueKey?.tokens }
        return try file?.storeKey().tokens
    }

    private func usedOrMadeCatalogueKey() throws(CredentialError) -> CatalogueKey {
        Sodium.prepare()
        if let catalogueKey { return catalogueKey }
        let made = try Self.makeCatalogueKey(location)
        catalogueKey = made
        return made
    }

    /// What the slot of a key is found by.
    func lookup(of key: TokenKey) throws(CredentialError) -> [UInt8] {
        Self.mac(key.description, try usedOrMadeCatalogueKey())
    }

    private static func mac(_ bytes: Secret, _ key: CatalogueKey) -> [UInt8] {
        bytes.withBytes { Sodium.mac($0, key: key.tokenLookup) }
    }

    private static func catalogueKey(_ location: StoreLocation) -> CatalogueKey? {
        guard let state = try? location.openState() else { return nil }
        return (try? KeyFile.read(in: state))?.first
    }

    /// The key that a first store will find and use, see ``FreshStore``. Where a store has lost its
    /// key file none is made: the store would not open with another one.
    private static func makeCatalogueKey(
        _ location: StoreLocation
    ) throws(CredentialError) -> CatalogueKey {
        let data = try location.makeData()
        return try data.withLock(FileName.lock) { () throws(CredentialError) in
            let state = try location.makeState()
            if let key = try KeyFile.read(in: state)?.first { return key }
            guard !data.contains(FileName.sealed), !state.contains(FileName.anchor) else {
                throw CredentialError(
                    .wrongKey, "\(location.stateFolder)/key is gone",
                    remedy: "put it back, or run `keyfob store recover`")
            }
            let key = CatalogueKey(bytes: Sodium.randomKey())
            try KeyFile.write([key], in: state)
            return key
        }
    }

    // MARK: The file

    private func slots() -> [TokenSlot] {
        guard let state = try? location.openState() else { return [] }
        return Self.slots(in: state)
    }

    private static func slots(in state: borrowing Folder) -> [TokenSlot] {
        guard let file = try? state.file(FileName.tokens),
            let bytes = try? file.readAll(limit: sizeLimit)
        else { return [] }
        return TokenSlot.slots(in: bytes)
    }

    private func change(_ body: (inout [TokenSlot]) -> Void) throws(CredentialError) {
        let state = try location.makeState()
        try state.withLock(FileName.tokensLock) { () throws(CredentialError) in
            var slots = Self.slots(in: state)
            body(&slots)
            let bytes = TokenSlot.file(of: slots)
            let outcome = bytes.withUnsafeBytes { buffer in
                Result { () throws(CredentialError) in
                    // What a power failure takes away is minted again.
                    try state.replace(FileName.tokens, with: buffer, durability: .unflushed)
                }
            }
            try outcome.get()
        }
    }
}
