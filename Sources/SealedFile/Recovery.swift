public import CredentialCore
import ProtectedFiles

/// Ways back to a store that does not open any more. Each says what it gives up.
extension SealedFile {
    /// Which generation recovery found good.
    public struct Recovered: Sendable {
        /// Its number.
        public let generation: UInt64
        /// How many credentials it holds.
        public let credentialCount: Int
    }

    /// Takes the file as it is for the newest: the anchor is made anew.
    ///
    /// - Throws: what opening throws, except `older`.
    public static func acceptOlder(_ location: StoreLocation) throws(CredentialError) -> Recovered {
        try adopt(FileName.sealed, location)
    }

    /// Puts the generation before in the place of a damaged file.
    ///
    /// - Throws: what opening that generation throws, `notFound` when there is none.
    public static func restorePrevious(
        _ location: StoreLocation
    ) throws(CredentialError) -> Recovered {
        try adopt(FileName.previous, location)
    }

    private static func adopt(
        _ name: String, _ location: StoreLocation
    ) throws(CredentialError) -> Recovered {
        let data = try location.makeData()
        return try data.withLock(FileName.lock) { () throws(CredentialError) in
            guard let file = try open(location, file: name, anchor: .ignored) else {
                throw CredentialError(
                    .notFound, "there is no \(data.path(of: name))",
                    remedy:
                        "put a copy of the store there, or start anew with `keyfob init --force`")
            }
            // Only what is wholly sound may take the place of anything.
            let key = try file.storeKeyIfAtHand()
            for item in try file.directory() {
                if let key { _ = try file.openRecord(item, with: key) }
            }
            for index in file.root.buckets.indices { _ = try file.bucket(index) }
            _ = try file.wildcards()
            if name != FileName.sealed {
                if !data.exchange(name, FileName.sealed) {
                    try data.rename(name, to: FileName.sealed)
                }
                try data.synchronize()
            }
            let state = try location.makeState()
            try Anchor(
                fileID: file.header.fileID, generation: file.generation,
                rootNonce: file.header.rootNonce
            ).write(in: state, key: file.catalogueKey)
            return Recovered(
                generation: file.generation, credentialCount: file.root.directory.count)
        }
    }

    /// Writes the file anew from what it says itself, when only what is derived from it is damaged.
    /// Nothing is lost, and the damaged file is not kept.
    ///
    /// - Returns: false when more than that is damaged; nothing is changed then.
    public static func mend(_ location: StoreLocation, now: Int64) throws(CredentialError) -> Bool {
        let data = try location.makeData()
        return try data.withLock(FileName.lock) { () throws(CredentialError) in
            guard let file = try open(location), let key = try file.storeKeyIfAtHand() else {
                return false
            }
            do throws(CredentialError) {
                for item in try file.directory() { _ = try file.openRecord(item, with: key) }
            } catch  where error.code == .damaged {
                return false
            }
            let draft = try Draft(file)
            draft.forgetPrevious()
            let composer = Composer(
                key: file.catalogueKey, header: file.header, generation: file.generation + 1,
                now: now)
            try write(draft, composer, in: data, location)
            return true
        }
    }

    /// Gives a file that does not open another name, so that a new one can be made and nothing is
    /// lost.
    ///
    /// - Returns: the path it has now; nil when there is no file.
    public static func setAside(_ location: StoreLocation) throws(CredentialError) -> String? {
        guard let data = try location.openData(),
            data.contains(FileName.sealed)
        else { return nil }
        return try data.withLock(FileName.lock) { () throws(CredentialError) in
            var name = FileName.damaged
            var number = 2
            while data.contains(name) {
                name = "\(FileName.damaged)-\(number)"
                number += 1
            }
            try data.rename(FileName.sealed, to: name)
            return data.path(of: name)
        }
    }

    /// Whether a passphrase or a key kept elsewhere opens the file, so that a lost key file can be
    /// made anew.
    public static func hasOtherKey(_ location: StoreLocation) -> Bool {
        guard let data = try? location.openData(),
            let file = try? data.file(FileName.sealed),
            let start = try? file.read(min(file.length, Header.lengthLimit), at: 0),
            let length = try? Header.length(in: start), length <= start.count,
            let header = try? Header(Array(start[..<length]))
        else { return false }
        return header.slots.contains { $0.kind != KeySlot.KindCode.keyFile }
    }

    /// Whether the file is gone and the generation before it is there.
    public static func hasOnlyPrevious(_ location: StoreLocation) -> Bool {
        guard let data = try? location.openData() else { return false }
        return !data.contains(FileName.sealed) && data.contains(FileName.previous)
    }

    /// Whether there is a key file, and it is one.
    public static func hasKeyFile(_ location: StoreLocation) -> Bool {
        guard let state = try? location.openState() else { return false }
        return (try? KeyFile.read(in: state)) != nil
    }

    /// Makes the key file anew from the copy that the sealed file holds, opened by passphrase or by
    /// a key file named explicitly.
    ///
    /// - Throws: `wrongKey` when neither opens it, `notFound` when there is no store.
    public static func restoreKeyFile(
        _ location: StoreLocation, passphrase: () throws(CredentialError) -> Secret
    ) throws(CredentialError) {
        let data = try location.makeData()
        try data.withLock(FileName.lock) { () throws(CredentialError) in
            guard let file = try data.file(FileName.sealed) else {
                throw CredentialError(
                    .notFound, "there is no store at \(location.path)", remedy: "run `keyfob init`")
            }
            let start = try file.read(min(file.length, Header.lengthLimit), at: 0)
            let length = try Header.length(in: start)
            guard length <= start.count else { throw damage(location, "header") }
            let bytes = Array(start[..<length])
            let header = try Header(bytes)
            var storeKey = try Unlocking.storeKey(location, header, catalogueKey: nil)
            if storeKey == nil,
                header.slots.contains(where: { $0.kind == KeySlot.KindCode.passphrase })
            {
                storeKey = try Unlocking.storeKey(from: try passphrase(), header)
            }
            guard let storeKey, let key = header.catalogueKey(from: storeKey),
                header.commits(to: key)
            else {
                throw CredentialError(
                    .wrongKey, "nothing at hand opens \(location.path)",
                    remedy: "put its key file back at \(location.stateFolder)/key")
            }
            try Header.verify(bytes, key)
            let state = try location.makeState()
            if hasKeyFile(location) {
                // It opens something else, perhaps an older copy.
                try state.rename(FileName.key, to: FileName.replacedKey)
            }
            try KeyFile.write([key], in: state)
        }
    }
}
