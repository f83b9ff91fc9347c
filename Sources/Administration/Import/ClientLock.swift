import CredentialCore
import Glibc
import ProtectedFiles

/// git's way of locking a file: another beside it, which only one can make. Every file that is
/// edited gets one; programs that know nothing of it see no difference.
///
/// <https://git-scm.com/docs/api-lockfile> and `credential-store.lockTimeoutMS` of git-config(1).
enum ClientLock {
    private static let attempts = 100
    private static let pause: UInt32 = 10_000

    /// Runs `body` while the lock beside the file, or beside what it links to, is ours.
    ///
    /// - Throws: `unreachable` when somebody else holds it for a second, and what `body` throws.
    static func holding(
        _ path: String, _ body: () throws(CredentialError) -> Void
    ) throws(CredentialError) {
        let lock = resolved(path) + ".lock"
        try make(lock)
        defer { unlink(lock) }
        try body()
    }

    private static func make(_ lock: String) throws(CredentialError) {
        for _ in 0..<attempts {
            let opened = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if opened >= 0 {
                close(opened)
                return
            }
            guard errno == EEXIST else { throw SystemFailure.error("cannot make", lock) }
            usleep(pause)
        }
        throw CredentialError(
            .unreachable, "\(lock) is there, so another program may be writing",
            remedy: "if none is, remove it and try again")
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
