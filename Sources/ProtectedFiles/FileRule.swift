import CredentialCore
import Glibc

/// What a file must be before a byte of it is believed.
public enum FileRule: Sendable {
    /// The user's own, readable by nobody else: keys, sealed files.
    case secret
    /// The user's own or root's, writable by nobody else: configuration.
    case configuration
    /// A key file named explicitly: the user's or root's, readable by nobody outside the group, as
    /// Kubernetes and systemd mount them.
    case namedKey

    /// Checks the file behind an open descriptor.
    ///
    /// - Throws: `unsafeFile` with the command that mends it.
    func check(_ status: stat, path: String) throws(CredentialError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialError(
                .unsafeFile, "\(path) is not a regular file", remedy: "move it away and try again")
        }
        let own = geteuid()
        guard status.st_uid == own || (self != .secret && status.st_uid == 0) else {
            throw CredentialError(
                .unsafeFile, "\(path) belongs to another user",
                remedy: "run `chown \(own) \(path)` as root, if it is yours")
        }
        let (forbidden, mode): (mode_t, String) =
            switch self {
            case .secret: (0o077, "600")
            case .configuration: (0o022, "644")
            case .namedKey: (0o037, "600")
            }
        guard status.st_mode & forbidden == 0 else {
            let danger = self == .configuration ? "written" : "read or written"
            throw CredentialError(
                .unsafeFile, "\(path) can be \(danger) by others",
                remedy: "run `chmod \(mode) \(path)`")
        }
        guard self != .secret || status.st_nlink == 1 else {
            throw CredentialError(
                .unsafeFile, "\(path) has a second name",
                remedy: "find it with `find / -samefile \(path)` and remove it")
        }
    }

    var followsLinks: Bool { self != .secret }
}
