public import CredentialCore
import Glibc
import ProtectedFiles

extension SealedFile {
    /// Removes a store for good: the file and every older or damaged copy of it, the tokens minted
    /// from it, its anchor and, last, its key. Killed at any point it can be done again. Lock files
    /// stay, since removing one that somebody waits for would let two in.
    ///
    /// - Returns: whether there was anything to remove.
    /// - Throws: `system` when something cannot be removed.
    public static func removeStore(_ location: StoreLocation) throws(CredentialError) -> Bool {
        let data = try location.makeData()
        return try data.withLock(FileName.lock) { () throws(CredentialError) -> Bool in
            if let file = try? open(location, file: FileName.sealed, anchor: .ignored) {
                _ = file.lock()
            }
            var isFound = false
            let damaged = try names(in: data).filter { $0.hasPrefix(FileName.damaged) }
            for name in [FileName.new, FileName.previous, FileName.sealed] + damaged {
                if try remove(name, from: data) { isFound = true }
            }
            // Only then: a file without its anchor could be an older one.
            try data.synchronize()
            let state = try location.makeState()
            for name in [
                FileName.tokens, FileName.suspensions, FileName.anchor, FileName.replacedKey,
                FileName.key,
            ] {
                // A writer that was killed leaves what was to replace the file.
                for each in ["\(name).new", name] where try remove(each, from: state) {
                    isFound = true
                }
            }
            try state.synchronize()
            return isFound
        }
    }

    private static func remove(
        _ name: String, from folder: borrowing Folder
    ) throws(CredentialError) -> Bool {
        guard folder.contains(name) else { return false }
        try folder.remove(name)
        return true
    }

    private static func names(in folder: borrowing Folder) throws(CredentialError) -> [String] {
        guard let opened = opendir(folder.path) else {
            throw SystemFailure.error("cannot list", folder.path)
        }
        defer { closedir(opened) }
        var names: [String] = []
        while let entry = readdir(opened) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                        String(cString: $0)
                    }
                })
        }
        return names
    }
}
