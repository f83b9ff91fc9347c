public import CredentialCore
import ProtectedFiles

extension SealedFile {
    /// What a store is to be opened with from now on.
    public enum LockChoice: Sendable {
        /// The key file, which is made with the store.
        case keyFile
        /// A passphrase.
        case passphrase(Secret)
        /// The key file at a path, which the user keeps elsewhere.
        case externalKey(path: String)

        func request() throws(CredentialError) -> SlotRequest {
            switch self {
            case .keyFile: .keyFile
            case .passphrase(let passphrase): .passphrase(passphrase)
            case .externalKey(let path): .externalKey(try ExternalKey.read(path))
            }
        }
    }

    /// Makes an empty store.
    ///
    /// - Parameter replacing: whether a store that is there, or was, is given up for good.
    /// - Throws: `conflict` when there is one, `system`.
    public static func create(
        _ location: StoreLocation, locks: [LockChoice], replacing: Bool, now: Int64
    ) throws(CredentialError) {
        let requests = try slots(locks)
        let data = try location.makeData()
        try data.withLock(FileName.lock) { () throws(CredentialError) in
            let exists = data.contains(FileName.sealed)
            guard replacing || !exists else {
                throw CredentialError(
                    .conflict, "\(location.path) is there already",
                    remedy: "see it with `\(location.command("status"))`, or start anew with "
                        + "`\(location.command("init --force"))`")
            }
            let state = try location.makeState()
            if replacing {
                try state.remove(FileName.anchor)
            } else if try Anchor.read(in: state) != nil {
                throw missing(location)
            }
            let fresh = try FreshStore(location, slots: requests, replacing: replacing)
            let draft = Draft(empty: fresh.header, storeKey: fresh.storeKey)
            if replacing {
                draft.forgetPrevious()
                if let old = try? open(location, file: FileName.sealed, anchor: .ignored) {
                    _ = old.lock()
                }
            }
            try write(draft, fresh.composer(now: now), in: data, location)
        }
    }

    /// Seals everything anew, under new keys and a new file id. What an old key opened, or an old
    /// copy held, opens nothing that is written from now on.
    ///
    /// - Parameter passphrase: opens the store when no key for it is at hand.
    /// - Throws: `locked` when the store key is not at hand, what opening throws, `system`.
    public static func rotateKeys(
        _ location: StoreLocation, locks: [LockChoice], passphrase: Secret? = nil, now: Int64
    ) throws(CredentialError) {
        let requests = try slots(locks)
        let data = try location.makeData()
        try data.withLock(FileName.lock) { () throws(CredentialError) in
            try data.remove(FileName.new)
            guard let file = try open(location) else {
                throw CredentialError(
                    .notFound, "there is no store at \(location.path)", remedy: "run `keyfob init`")
            }
            if let passphrase { try file.open(with: passphrase) }
            Sodium.prepare()
            let old = try Draft(file)
            let storeKey = StoreKey(bytes: Sodium.randomKey())
            let catalogueKey = CatalogueKey(bytes: Sodium.randomKey())
            let header = try FreshStore.header(catalogueKey, storeKey, requests)
            let draft = try Draft(resealing: old, under: header, storeKey: storeKey)
            let state = try location.makeState()
            // Both keys stand in the key file while the sealed file changes over: killed at any
            // point, one of them opens it.
            try KeyFile.write([file.catalogueKey, catalogueKey], in: state)
            let composer = Composer(
                key: catalogueKey, header: header, generation: file.generation + 1, now: now)
            try write(draft, composer, in: data, location)
            try KeyFile.write([catalogueKey], in: state)
            _ = KernelKeyring.remove(fileID: file.header.fileID)
        }
    }

    private static func slots(_ locks: [LockChoice]) throws(CredentialError) -> [SlotRequest] {
        var requests: [SlotRequest] = []
        for lock in locks { requests.append(try lock.request()) }
        guard !requests.isEmpty, requests.count <= KeySlot.countLimit else {
            throw CredentialError(
                .badRequest, "a store is opened by 1 to \(KeySlot.countLimit) keys")
        }
        return requests
    }
}

extension Draft {
    /// Everything a draft holds, sealed anew under other keys.
    convenience init(
        resealing old: Draft, under header: Header, storeKey: StoreKey
    ) throws(CredentialError) {
        self.init(empty: header, storeKey: storeKey)
        for credential in old.credentials {
            var renewed = credential
            // Made with the old key, and so of no use under the new one.
            renewed.replacedFingerprint = []
            if credential.store == .file {
                try add(renewed, try old.fields(of: credential))
            } else {
                try adopt(renewed)
            }
        }
        keepUnknownFields(of: old)
        // The generation before is sealed with the keys that are being given up.
        forgetPrevious()
    }
}
