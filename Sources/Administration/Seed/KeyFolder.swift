import CredentialCore
import Glibc
import ProtectedFiles
import SealedFile

extension AdminSession {
    /// The folder of keys and of what is remembered of seeds. Whoever else may read the store, what
    /// is written through this is its owner's alone.
    ///
    /// - Throws: `refused` when the machine's is meant and the user is not root, `absent` when the
    ///   machine has none.
    func keyFolder() throws(CredentialError) -> Folder {
        guard location.isMachines else { return try Folder(making: location.stateFolder) }
        guard geteuid() == 0 else {
            throw CredentialError(
                .refused, "only root uses the keys in \(location.stateFolder)",
                remedy: "run the command with `sudo`")
        }
        guard let folder = try Folder(opening: location.stateFolder) else {
            throw CredentialError(
                .absent, "there is no \(location.stateFolder)",
                remedy: "make it with `sudo keyfob init --system`")
        }
        return folder
    }
}

extension Folder {
    /// Held while keys are made, and while a bundle is applied from its checks to its record.
    static let seedLock = "seeds.lock"

    /// Replaces a file as a whole.
    func replace(_ name: String, with bytes: [UInt8]) throws(CredentialError) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in try replace(name, with: buffer) }
        }
        try outcome.get()
    }
}
