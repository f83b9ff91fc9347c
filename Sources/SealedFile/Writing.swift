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

    /// Changes the store: under the lock, the newest generation is opened, `change` is applied to
    /// it, and the result replaces it as a whole. A store that does not exist yet is made first.
    ///
    /// After a SIGKILL or a power failure at any point the file is the old or the new generation;
    /// on any error it is the old one. What another store was given for a change that is not
    /// written, or keeps of one that is, is removed from it afterwards; killed before, it serves
    /// nothing.
    ///
    /// - Parameter otherStore: keeps the secrets of credentials whose store is not the sealed file.
    /// - Returns: what was changed, once it is written; nothing when nothing was.
    /// - Throws: what `change` throws, what opening throws, and `system` with the errno.
    @discardableResult
    public static func update(
        _ location: StoreLocation, now: Int64, otherStore: (any CredentialStore)? = nil,
        _ change: (Draft) throws(CredentialError) -> Decision
    ) throws(CredentialError) -> Written {
        let data = try location.makeData()
        return try data.withLock(FileName.lock) { () throws(CredentialError) in
            try data.remove(FileName.new)
            let draft: Draft
            let composer: Composer
            if let file = try open(location) {
                draft = try Draft(file, otherStore: otherStore)
                composer = Composer(
                    key: file.catalogueKey, header: file.header, generation: file.generation + 1,
                    now: now)
            } else {
                let fresh = try FreshStore(location, slots: [location.defaultSlot()])
                draft = Draft(
                    empty: fresh.header, storeKey: fresh.storeKey, otherStore: otherStore)
                composer = fresh.composer(now: now)
            }
            do throws(CredentialError) {
                guard case .changed = try change(draft) else {
                    _ = draft.settle(isWritten: false)
                    return Written()
                }
                try write(draft, composer, in: data, location)
            } catch {
                let left = draft.settle(isWritten: false)
                guard !left.isEmpty else { throw error }
                throw CredentialError(
                    error.code,
                    "\(error.problem), and the keyring kept what was meant for "
                        + left.joined(separator: ", "),
                    remedy: (error.remedy.map { "\($0), then " } ?? "")
                        + "run `keyfob store fsck --repair`")
            }
            return Written(changes: draft.changes, leftInOtherStore: draft.settle(isWritten: true))
        }
    }

    /// Writes down where another store was found to keep secrets, so that the next request need not
    /// search. Best effort: what was searched for is found.
    public static func relocate(
        _ found: [SecretReference: [UInt8]], _ location: StoreLocation, now: Int64
    ) {
        guard !found.isEmpty else { return }
        _ = try? update(location, now: now) { (draft) throws(CredentialError) in
            var decision = Decision.unchanged
            for (reference, locator) in found where draft.relocate(reference, to: locator) {
                decision = .changed
            }
            return decision
        }
    }

    /// What an update came to.
    public struct Written: Sendable {
        /// What was changed; nothing when nothing was.
        public var changes: [Draft.Change] = []
        /// The names of credentials of which another store did not remove an obsolete secret.
        public var leftInOtherStore: [String] = []

        /// What the user should know although it is written.
        public var warning: String? {
            guard !leftInOtherStore.isEmpty else { return nil }
            return "the keyring kept an old secret of \(leftInOtherStore.joined(separator: ", ")); "
                + "remove it with `keyfob store fsck --repair`"
        }
    }

    /// Puts a generation in the place of the last one. The lock is held.
    static func write(
        _ draft: Draft, _ composer: Composer, in data: borrowing Folder, _ location: StoreLocation
    ) throws(CredentialError) {
        var composer = composer
        let (bytes, rootNonce) = composer.compose(draft)
        // First, since on a full disk it makes room for the new one.
        if draft.forgetsPrevious { try data.remove(FileName.previous) }
        try data.write(FileName.new, bytes)
        do throws(CredentialError) {
            try exchange(in: data, forgettingPrevious: draft.forgetsPrevious)
        } catch {
            // The new file is only in the way; the error that brought us here is the one to tell.
            try? data.remove(FileName.new)
            throw error
        }
        let anchor = Anchor(
            fileID: composer.header.fileID, generation: composer.generation, rootNonce: rootNonce)
        // The change is made; an anchor that stays behind is moved by the next reader.
        if let state = try? location.makeState() {
            try? anchor.write(in: state, key: composer.key)
        }
    }

    /// Exchanges the new file with the last generation, which then becomes the previous one, or
    /// goes when it holds what was erased. If the disk does not confirm, all is as it was.
    private static func exchange(
        in data: borrowing Folder, forgettingPrevious: Bool
    ) throws(CredentialError) {
        guard data.exchange(FileName.new, FileName.sealed) else {
            // The first generation, or a file system that cannot exchange.
            let isFirst = !data.contains(FileName.sealed)
            try data.rename(FileName.new, to: FileName.sealed)
            do throws(CredentialError) {
                try data.synchronize()
            } catch {
                if isFirst { try? data.remove(FileName.sealed) }
                throw error
            }
            return
        }
        do throws(CredentialError) {
            try data.synchronize()
            if forgettingPrevious { try data.remove(FileName.new) }
        } catch {
            _ = data.exchange(FileName.new, FileName.sealed)
            throw error
        }
        if forgettingPrevious {
            // If the power fails before the disk knows that the name is gone, the next change or
            // erase finds it and removes it.
            try? data.synchronize()
        } else {
            // Without a previous generation there is less to recover from, but nothing is lost.
            try? data.rename(FileName.new, to: FileName.previous)
        }
    }

    /// Removes what a write that was killed left behind: it may hold what was to be removed.
    public static func removeLeftover(_ location: StoreLocation) throws(CredentialError) {
        guard try hasLeftover(location) else { return }
        let data = try location.makeData()
        try data.withLock(FileName.lock) { () throws(CredentialError) in
            try data.remove(FileName.new)
        }
    }

    /// Whether there is a store, whatever state it is in.
    public static func exists(_ location: StoreLocation) throws(CredentialError) -> Bool {
        guard let data = try location.openData() else { return false }
        return data.contains(FileName.sealed)
    }

    /// Whether a write that was killed left a file behind; the next change removes it.
    public static func hasLeftover(_ location: StoreLocation) throws(CredentialError) -> Bool {
        guard let data = try location.openData() else { return false }
        return data.contains(FileName.new)
    }
}

extension StoreLocation {
    /// The slot that opens a store made without being asked for: the key file named explicitly,
    /// else our own.
    func defaultSlot() throws(CredentialError) -> SlotRequest {
        guard let externalKeyFile else { return .keyFile }
        return .externalKey(try ExternalKey.read(externalKeyFile))
    }
}
