import CLinux
public import CredentialCore
import Glibc

/// Turns a failed system call into an error that names what was tried, on what, and the errno.
public enum SystemFailure {
    /// The error for the call that just failed.
    ///
    /// - Parameters:
    ///   - action: what was tried, as in "cannot write".
    ///   - path: on what.
    ///   - number: the error number; by default the thread's `errno`.
    public static func error(
        _ action: String, _ path: String, number: Int32? = nil, remedy: String? = nil
    ) -> CredentialError {
        let number = number ?? errno
        let name = String(cString: linux_error_name(number))
        let text = String(cString: strerror(number))
        return CredentialError(
            .system, "\(action) \(path): \(text) (\(name))", remedy: remedy ?? advice(for: number))
    }

    private static func advice(for number: Int32) -> String? {
        switch number {
        case ENOSPC, EDQUOT: "nothing was changed; make room and try again"
        case EROFS: "nothing was changed; the folder must be writable to store or erase"
        case EACCES, EPERM: "check who owns it and who may use it"
        default: nil
        }
    }
}
