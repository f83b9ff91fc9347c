import CLinux
public import CredentialCore
import Glibc
import ProtectedFiles

/// What is known under the lock on a token.
public struct TokenLock {
    /// Whether somebody else had it first.
    public let hasWaited: Bool
    /// What holds it, as long as any copy of it is open; nil where nothing can be written, and so
    /// nothing is locked.
    public let descriptor: Int32?

    /// Whether somebody failed at or after a time, in seconds since 1970, and could not write down
    /// why.
    public func hasUnwrittenFailure(since start: Int64) -> Bool {
        var status = stat()
        guard let descriptor, fstat(descriptor, &status) == 0 else { return false }
        return status.st_atim.tv_sec == 0 && Int64(status.st_mtim.tv_sec) >= start
    }
}

extension TokenCache {
    /// Runs `body` under the lock on a token, so that it is minted once, however many want it: one
    /// byte of a permanent file is locked for each, so that one registry does not wait for another.
    /// The kernel gives the lock back when its holder ends, however it ends.
    ///
    /// - Parameter milliseconds: how long to wait for it; none for 0.
    /// - Throws: `unreachable` when somebody else has it then, and what `body` throws.
    public func withLock<Outcome>(
        on key: TokenKey, milliseconds: Int,
        _ body: (TokenLock) throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome {
        guard let place = try? lookup(of: key), let descriptor = lockFile() else {
            return try body(TokenLock(hasWaited: false, descriptor: nil))
        }
        defer { close(descriptor) }
        // Two tokens may share a byte, and then wait for each other.
        let position = place[..<7].reduce(0) { $0 << 8 | Int64($1) }
        var hasWaited = false
        if linux_lock_byte(descriptor, position, 0) != 0 {
            hasWaited = true
            guard milliseconds > 0,
                linux_lock_byte(descriptor, position, Int32(clamping: milliseconds)) == 0
            else {
                throw CredentialError(
                    .unreachable, "another process is still fetching the token",
                    remedy: "try again in a moment")
            }
        }
        return try body(TokenLock(hasWaited: hasWaited, descriptor: descriptor))
    }

    /// Remembers a failure where there is no room to write down which: in the times of the lock
    /// file, which take none.
    public func noteUnwrittenFailure(at now: Int64) {
        guard let descriptor = lockFile() else { return }
        let times = [timespec(), timespec(tv_sec: Int(now), tv_nsec: 0)]
        futimens(descriptor, times)
        close(descriptor)
    }

    private func lockFile() -> Int32? {
        guard let state = try? location.makeState() else { return nil }
        return try? state.openLockFile(FileName.tokenLocks)
    }
}
