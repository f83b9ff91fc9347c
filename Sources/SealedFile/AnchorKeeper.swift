import CredentialCore
import ProtectedFiles

/// Lets a reader mend an anchor that a writer left behind.
enum AnchorKeeper {
    /// Moves the anchor to the opened file, if nobody is writing and nobody else moved it
    /// meanwhile. Best effort: on a read-only home the anchor stays as it is.
    ///
    /// - Returns: whether an anchor was written.
    static func advance(to file: SealedFile, replacing seen: [UInt8]?) -> Bool {
        do throws(CredentialError) {
            guard let data = try file.location.openData() else { return false }
            let moved = try data.withLockIfFree(FileName.lock) { () throws(CredentialError) in
                let state = try file.location.makeState()
                guard try Anchor.read(in: state) == seen else { return false }
                let anchor = Anchor(
                    fileID: file.header.fileID, generation: file.generation,
                    rootNonce: file.header.rootNonce)
                try anchor.write(in: state, key: file.catalogueKey)
                return true
            }
            return moved ?? false
        } catch {
            return false
        }
    }
}
