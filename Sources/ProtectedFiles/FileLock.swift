import CLinux
public import CredentialCore
import Glibc

/// Exclusive locks that the kernel gives back when their holder ends, however it ends. The lock
/// file is permanent: removing one that somebody waits for would let two in.
extension Folder {
    /// Waits for the lock, then runs `body` under it.
    ///
    /// - Parameter deadline: how long to wait at most, in milliseconds.
    /// - Throws: `unreachable` when it is still held then, `system` when it cannot be locked, and
    ///   what `body` throws.
    public func withLock<Outcome>(
        _ name: String, deadline: Int = 30_000,
        _ body: () throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome {
        let lock = try openLockFile(name)
        defer { close(lock) }
        var waited = 0
        while linux_try_lock(lock) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw SystemFailure.error("cannot lock", path(of: name))
            }
            guard waited < deadline * 1000 else {
                throw CredentialError(
                    .unreachable, "\(path(of: name)) is held by another process",
                    remedy: "see which with `fuser \(path(of: name))` and try again")
            }
            // A random pause keeps many waiters from asking at the same moment.
            let pause = UInt32.random(in: 500...3000)
            usleep(pause)
            waited += Int(pause)
        }
        return try body()
    }

    /// Runs `body` under the lock, or returns nil at once when somebody else holds it.
    ///
    /// - Throws: `system` when the lock file cannot be opened, and what `body` throws.
    public func withLockIfFree<Outcome>(
        _ name: String, _ body: () throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome? {
        let lock = try openLockFile(name)
        defer { close(lock) }
        return linux_try_lock(lock) == 0 ? try body() : nil
    }

    /// Opens a permanent lock file, making it first where it is missing. It is the caller's to
    /// close.
    ///
    /// - Throws: `unsafeFile` when others can lock it too, `system` when it cannot be opened.
    public func openLockFile(_ name: String) throws(CredentialError) -> Int32 {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let opened = openat(descriptor, name, flags, 0o600)
        guard opened >= 0 else {
            throw FileRule.secret.refusal(
                folder: descriptor, name: name, path: path(of: name), action: "cannot lock")
        }
        var status = stat()
        fstat(opened, &status)
        do throws(CredentialError) {
            // Whoever can read the file can also hold the lock.
            try FileRule.secret.check(status, path: path(of: name))
        } catch {
            close(opened)
            throw error
        }
        return opened
    }
}
