public import CredentialCore
import Glibc
import ProtectedFiles

extension SealedFile {
    /// What a change of the draft comes to.
    public enum Decision: Sendable {
        /// Nothing is to be written.
        case unchanged
        /// The draft is to be written.
        case changed
    }

    /// Changes the store: under the lock, the newest generation is opened, `change` is applied to it,
    /// and the result replaces it as a whole. A store that does not exist yet is made first.
    ///
    /// After a SIGKILL or a power failure at any point the file is the old or the new generation; on
    /// any error it is the old one.
    ///
    /// - Returns: whether something was written.
    /// - Throws: what `change` throws, what opening throws, and `system` with the errno.
    @discardableResult
    public static func update(
        _ location: StoreLocation, now: Int64,
        _ change: (Draft) throws(CredentialError) -> Decision
    ) throws(CredentialError) -> Bool {
        let data = try Folder(making: location.dataFolder)
        return try data.withLock(FileName.lock) { () throws(CredentialError) in
            try data.remove(FileName.new)
            guard let file = try open(location) else {
                let fresh = try FreshStore(location, slots: [location.defaultSlot()])
                let draft = Draft(empty: fresh.header, storeKey: fresh.storeKey)
                guard case .changed = try change(draft) else { return false }
                try write(draft, fresh.composer(now: now), in: data, location)
                return true
            }
            let draft = try Draft(file)
            guard case .changed = try change(draft) else { return false }
            let composer = Composer(
                key: file.catalogueKey, header: file.header, generation: file.generation + 1,
                now: now)
            try write(draft, composer, in: data, location)
            return true
        }
    }

    /// Puts a generation in the place of the last one. The lock is held.
    static func write(
        _ draft: Draft, _ composer: Composer, in data: borrowing Folder, _ location: StoreLocation
    ) throws(CredentialError) {
        var composer = composer
        let (bytes, rootNonce) = composer.compose(draft)
        try data.write(FileName.new, bytes)
        do throws(CredentialError) {
            try verify(bytes, in: data)
            try exchange(in: data, forgettingPrevious: draft.forgetsPrevious)
        } catch {
            // The new file is only in the way; the error that brought us here is the one to tell.
            try? data.remove(FileName.new)
            throw error
        }
        let anchor = Anchor(
            fileID: composer.header.fileID, generation: composer.generation, rootNonce: rootNonce)
        // The change is made; an anchor that stays behind is moved by the next reader.
        if let state = try? Folder(making: location.stateFolder) {
            try? anchor.write(in: state, key: composer.key)
        }
    }

    /// Reads the new file back: a disk or a file system that returns other bytes is found out while
    /// the old generation is still in its place.
    private static func verify(
        _ bytes: [UInt8], in data: borrowing Folder
    ) throws(CredentialError) {
        guard let written = try data.file(FileName.new),
            written.length == bytes.count,
            try written.read(bytes.count, at: 0) == bytes
        else {
            throw CredentialError(
                .system,
                "\(data.path(of: FileName.new)) reads back differently than it was written",
                remedy: "nothing was changed; check the disk")
        }
    }

    /// Exchanges the new file with the last generation, which then becomes the previous one, or
    /// goes when it holds what was erased. If the disk does not confirm, it is exchanged back.
    private static func exchange(
        in data: borrowing Folder, forgettingPrevious: Bool
    ) throws(CredentialError) {
        if forgettingPrevious { try data.remove(FileName.previous) }
        guard data.exchange(FileName.new, FileName.sealed) else {
            // The first generation, or a file system that cannot exchange.
            try data.rename(FileName.new, to: FileName.sealed)
            try data.synchronize()
            return
        }
        do throws(CredentialError) {
            try data.synchronize()
        } catch {
            _ = data.exchange(FileName.new, FileName.sealed)
            throw error
        }
        if forgettingPrevious {
            try data.remove(FileName.new)
            try data.synchronize()
        } else {
            // Without a previous generation there is less to recover from, but nothing is lost.
            try? data.rename(FileName.new, to: FileName.previous)
        }
    }

    /// Whether a write that was killed left a file behind; the next change removes it.
    public static func hasLeftover(_ location: StoreLocation) throws(CredentialError) -> Bool {
        guard let data = try Folder(opening: location.dataFolder) else { return false }
        return data.contains(FileName.new)
    }
}

extension StoreLocation {
    /// The slot that opens a store made without being asked for: the key file named explicitly, else
    /// our own.
    func defaultSlot() throws(CredentialError) -> SlotRequest {
        guard let externalKeyFile else { return .keyFile }
        return .externalKey(try ExternalKey.read(externalKeyFile))
    }
}
