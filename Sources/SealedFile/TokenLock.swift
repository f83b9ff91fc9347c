import CLinux
public import CredentialCore
import Glibc
import ProtectedFiles

/// Sees to it that a token is minted once, however many want it: one byte of a permanent file is
/// locked for each, so that one registry does not wait for another. The kernel gives the lock back
/// when its holder ends, however it ends.
public struct TokenLock: ~Copyable {
    /// Whether somebody else had it first.
    public let hasWaited: Bool
    private let descriptor: Int32?

    /// Takes the lock on the token of a key.
    ///
    /// Where nothing can be written, nothing is locked: each mints for itself.
    ///
    /// - Parameter milliseconds: how long to wait for it; none for 0.
    /// - Throws: `unreachable` when somebody else has it then.
    public init(
        _ key: TokenKey, _ location: StoreLocation, milliseconds: Int
    ) throws(CredentialError) {
        guard let state = try? Folder(making: location.stateFolder),
            let descriptor = try? state.openLockFile(FileName.tokenLocks)
        else {
            self.descriptor = nil
            hasWaited = false
            return
        }
        let position = Self.position(of: key)
        if linux_lock_byte(descriptor, position, 0) == 0 {
            hasWaited = false
        } else if milliseconds > 0,
            linux_lock_byte(descriptor, position, Int32(clamping: milliseconds)) == 0
        {
            hasWaited = true
        } else {
            close(descriptor)
            throw CredentialError(
                .unreachable, "another process is still fetching the token",
                remedy: "try again in a moment")
        }
        self.descriptor = descriptor
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Which byte stands for a key: two keys may share one, and then wait for each other.
    private static func position(of key: TokenKey) -> Int64 {
        let digest = key.description.withBytes(Sodium.hash)
        return digest[..<7].reduce(0) { $0 << 8 | Int64($1) }
    }
}
