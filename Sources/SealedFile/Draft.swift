public import CredentialCore

/// The catalogue and secrets as they are about to be written. A change is an operation on the
/// draft: it is made under the lock, from the newest generation, never from what somebody read
/// before.
public final class Draft {
    /// A sealed record, kept from the last generation or made new.
    struct SealedRecord {
        var nonce: [UInt8]
        var sealed: [UInt8]
    }

    /// What was done to one credential.
    public struct Change: Hashable, Sendable {
        /// The kinds of changes.
        public enum Kind: Hashable, Sendable {
            /// It is new.
            case stored
            /// It is another one than before.
            case changed
            /// One of its bindings is suspended.
            case suspended
            /// It is gone.
            case removed
        }

        /// What was done.
        public let kind: Kind
        /// To which credential.
        public let id: CredentialID
    }

    /// What was done so far.
    public private(set) var changes: [Change] = []

    /// All credentials, in no particular order.
    public internal(set) var credentials: [Credential] = []
    private var index = DraftIndex()
    /// Whether the generation before may hold what this change removed, and so must not be kept.
    public private(set) var forgetsPrevious = false

    private(set) var records: [CredentialID: SealedRecord] = [:]
    private(set) var unknownFields: [CredentialID: [(tag: UInt8, value: [UInt8])]] = [:]
    let header: Header
    let readStoreKey: () throws(CredentialError) -> StoreKey
    private var otherStore: OtherStore

    init(
        _ file: SealedFile, otherStore: (any CredentialStore)? = nil
    ) throws(CredentialError) {
        header = file.header
        self.otherStore = OtherStore(otherStore)
        readStoreKey = { () throws(CredentialError) in try file.storeKey() }
        let region = try file.recordRegion()
        for item in try file.directory() {
            credentials.append(item.credential)
            unknownFields[item.credential.id] = item.unknownFields
            if let place = item.place {
                records[item.credential.id] = SealedRecord(
                    nonce: place.nonce, sealed: try file.record(place, in: region))
            }
        }
    }

    init(
        empty header: Header, storeKey: StoreKey, otherStore: (any CredentialStore)? = nil
    ) {
        self.header = header
        self.otherStore = OtherStore(otherStore)
        readStoreKey = { () throws(CredentialError) in storeKey }
    }

    /// The credential of that name.
    public func credential(named name: String) -> Credential? {
        index.place(named: name, in: credentials).map { credentials[$0] }
    }

    /// The credential of that id.
    public func credential(_ id: CredentialID) -> Credential? {
        index.place(of: id, in: credentials).map { credentials[$0] }
    }

    /// All bindings for the clients of a protocol.
    public func candidates(asking wireProtocol: WireProtocol) -> [Candidate] {
        credentials.flatMap { credential in
            credential.bindings.filter { $0.wireProtocol == wireProtocol }
                .map { Candidate(credential, $0) }
        }
    }

    /// Bindings that might answer for an address: those of its host, and wildcards over it.
    public func candidates(
        for address: Address, asking wireProtocol: WireProtocol
    ) -> [Candidate] {
        var candidates: [Candidate] = []
        for credential in credentials {
            for binding in credential.bindings
            where binding.wireProtocol == wireProtocol
                && binding.pattern.matches(host: address.host)
            {
                candidates.append(Candidate(credential, binding))
            }
        }
        return candidates
    }

    /// A mark for what is stored now: higher than every one before.
    public var nextCurrency: UInt64 { (credentials.map(\.currency).max() ?? 0) + 1 }

    /// The secret fields of a credential.
    ///
    /// - Throws: `locked` when the store key is not at hand, `damaged`, and what another store
    ///   throws.
    public func fields(of credential: Credential) throws(CredentialError) -> SecretFields {
        guard credential.store == .file else {
            return try otherStore.fields(of: credential)
        }
        guard let record = records[credential.id],
            let fields = try Record.open(
                record.sealed, nonce: record.nonce, with: try readStoreKey(),
                fileID: header.fileID, id: credential.id, version: credential.version,
                kind: credential.kind)
        else {
            throw CredentialError(
                .damaged, "the record of \(credential.name) is damaged",
                remedy: "run `keyfob store fsck`, then `keyfob store recover`")
        }
        return fields
    }

    /// Adds a credential with its secret.
    ///
    /// - Throws: `conflict` when the name is taken, `limit`, `locked`, and what another store
    ///   throws.
    public func add(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) {
        try check(credential)
        append(try keep(fields, for: credential))
        changes.append(Change(kind: .stored, id: credential.id))
    }

    /// Replaces a credential's metadata; the secret stays as it is.
    ///
    /// - Throws: `conflict` when the name is taken, `notFound` when there is no such credential,
    ///   and what another store throws, which keeps a copy of the metadata.
    public func update(
        _ credential: Credential, as kind: Change.Kind = .changed
    ) throws(CredentialError) {
        let place = try place(of: credential)
        try check(credential)
        // A suspension is the catalogue's alone: it is over before anybody rebuilds one.
        if credential.store != .file, kind != .suspended {
            try otherStore.annotate(credential)
        }
        replace(at: place, by: credential)
        changes.append(Change(kind: kind, id: credential.id))
    }

    /// Replaces a credential's metadata and secret; its version is raised. When the store is
    /// another one than before, the secret moves there.
    ///
    /// - Throws: `conflict`, `notFound`, `limit`, `locked`, and what another store throws.
    public func update(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) {
        let place = try place(of: credential)
        let old = credentials[place]
        var raised = credential
        raised.version += 1
        if raised.store == .file { raised.locator = [] }
        try check(raised)
        replace(at: place, by: try keep(fields, for: raised))
        if old.store != .file {
            otherStore.replace(old)
        } else if raised.store != .file {
            records[old.id] = nil
            forgetsPrevious = true
        }
        changes.append(Change(kind: .changed, id: credential.id))
    }

    /// Removes a credential, and with it the previous generation, which still holds its secret.
    ///
    /// - Parameter isForgotten: whether it may go although another store keeps the secret.
    /// - Throws: `locked` or `unreachable` when another store cannot remove the secret.
    public func remove(
        _ id: CredentialID, evenIfKept isForgotten: Bool = false
    ) throws(CredentialError) {
        if let place = index.place(of: id, in: credentials) {
            let credential = credentials[place]
            if credential.store != .file {
                try otherStore.remove(credential, evenIfKept: isForgotten)
            }
            credentials.swapAt(place, credentials.count - 1)
            credentials.removeLast()
            index.forget(credential, at: place, in: credentials)
        }
        records[id] = nil
        unknownFields[id] = nil
        forgetsPrevious = true
        changes.append(Change(kind: .removed, id: id))
    }

    /// A new id.
    public static func newID() -> CredentialID {
        // Sixteen bytes always make an id.
        CredentialID(Sodium.randomBytes(16)) ?? newID()
    }

    /// Adds a credential, or a new version of one, whose secret another store keeps already.
    ///
    /// - Throws: `conflict` when the name is taken, `limit`.
    public func adopt(_ credential: Credential) throws(CredentialError) {
        try check(credential)
        if let place = index.place(of: credential.id, in: credentials) {
            otherStore.replace(credentials[place])
            replace(at: place, by: credential)
            changes.append(Change(kind: .changed, id: credential.id))
            return
        }
        append(credential)
        changes.append(Change(kind: .stored, id: credential.id))
    }

    /// Remembers where another store was found to keep a secret.
    ///
    /// - Returns: whether that is news. A secret that was replaced since is somewhere else by now.
    public func relocate(_ reference: SecretReference, to locator: [UInt8]) -> Bool {
        let place = index.place(of: reference.id, in: credentials)
        guard let place, credentials[place].locator == reference.locator else { return false }
        credentials[place].locator = locator
        return true
    }

    /// Removes from the other store what no catalogue names: after the draft was written, what it
    /// replaced and removed; otherwise, what was kept for it.
    ///
    /// - Returns: the names of credentials of which something could not be removed.
    func settle(isWritten: Bool) -> [String] {
        otherStore.settle(isWritten: isWritten, credential)
    }

    /// Keeps what an older draft kept without knowing it.
    func keepUnknownFields(of old: Draft) {
        unknownFields = old.unknownFields
    }

    /// Sees to it that the generation before is not kept.
    func forgetPrevious() {
        forgetsPrevious = true
    }

    private func check(_ credential: Credential) throws(CredentialError) {
        let texts = [
            Array(credential.name.utf8), credential.username ?? [], credential.authtype ?? [],
            credential.locator, credential.scope.path,
        ]
        guard texts.allSatisfy({ $0.count <= Int(UInt16.max) }) else {
            throw CredentialError(
                .limit, "a field of \(credential.name) is longer than 65,535 bytes")
        }
        guard credential.version < DirectoryItem.counterLimit,
            credential.currency < DirectoryItem.counterLimit
        else {
            throw CredentialError(.limit, "\(credential.name) was changed too often")
        }
        let namesake = self.credential(named: credential.name)
        guard namesake == nil || namesake?.id == credential.id else {
            throw CredentialError(
                .conflict, "the name \(credential.name) is taken",
                remedy: "choose another, or `keyfob edit \(credential.name)`")
        }
    }

    private func place(of credential: Credential) throws(CredentialError) -> Int {
        guard let place = index.place(of: credential.id, in: credentials) else {
            throw CredentialError(.notFound, "the credential \(credential.name) is gone")
        }
        return place
    }

    private func append(_ credential: Credential) {
        credentials.append(credential)
        index.add(credential, at: credentials.count - 1)
    }

    private func replace(at place: Int, by credential: Credential) {
        index.rename(credentials[place].name, to: credential.name, at: place)
        credentials[place] = credential
    }

    /// Keeps a secret in the store that its credential names.
    private func keep(
        _ fields: SecretFields, for credential: Credential
    ) throws(CredentialError) -> Credential {
        guard credential.store != .file else {
            try seal(fields, for: credential)
            return credential
        }
        return try otherStore.save(fields, for: credential)
    }

    private func seal(_ fields: SecretFields, for credential: Credential) throws(CredentialError) {
        let ad = Record.associatedData(
            fileID: header.fileID, id: credential.id, version: credential.version,
            kind: credential.kind)
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        let key = try readStoreKey().records
        let sealed = try Record.plain(fields).withBytes {
            Sodium.seal($0, key: key, nonce: nonce, ad: ad)
        }
        records[credential.id] = SealedRecord(nonce: nonce, sealed: sealed)
    }
}
