import CredentialCore
import Glibc

/// What a file must be before a byte of it is believed.
public enum FileRule: Sendable {
    /// The user's own, readable by nobody else: keys, sealed files.
    case secret
    /// Root's, readable by a group: what a machine keeps for its members.
    case shared
    /// Root's, writable by nobody else: what is about to become ``shared``.
    case toBeShared
    /// The user's own or root's, writable by nobody else: configuration.
    case configuration
    /// A key file named explicitly: the user's or root's, readable by nobody outside the group, as
    /// Kubernetes and systemd mount them.
    case namedKey

    /// Checks the file behind an open descriptor, or what stands in its place.
    ///
    /// - Throws: `unsafeFile` with the command that mends it.
    func check(_ status: stat, path: String) throws(CredentialError) {
        guard status.st_mode & S_IFMT != S_IFLNK else {
            throw CredentialError(
                .unsafeFile, "\(path) is a symbolic link", remedy: Remedy.link(path))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialError(
                .unsafeFile, "\(path) is not a regular file", remedy: Remedy.moveAway(path))
        }
        let own = self == .shared || self == .toBeShared ? 0 : geteuid()
        let isTrusted = self != .secret && SystemOwner.isAdministrator(status.st_uid)
        guard status.st_uid == own || isTrusted else {
            throw CredentialError(
                .unsafeFile, "\(path) belongs to another user", remedy: Remedy.owner(path, own))
        }
        let (forbidden, mode): (mode_t, String) =
            switch self {
            case .secret: (0o077, "600")
            case .shared: (0o027, "640")
            case .toBeShared: (0o022, "640")
            case .configuration: (0o022, "644")
            case .namedKey: (0o037, "600")
            }
        guard status.st_mode & forbidden == 0 else {
            let danger = forbidden == 0o022 ? "written" : "read or written"
            throw CredentialError(
                .unsafeFile, "\(path) can be \(danger) by others",
                remedy: Remedy.mode(path, mode))
        }
        // No name at all has a file that was replaced since it was opened.
        guard !isOurs || status.st_nlink <= 1 else {
            throw CredentialError(
                .unsafeFile, "\(path) has a second name", remedy: Remedy.secondName(path))
        }
    }

    /// Why a file could not be opened: what is wrong with what stands there, else the errno.
    func refusal(
        folder: Int32, name: String, path: String, action: String = "cannot open"
    ) -> CredentialError {
        let failure = SystemFailure.error(action, path)
        let isDenied = errno == EACCES
        var status = stat()
        guard fstatat(folder, name, &status, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else {
            return failure
        }
        do throws(CredentialError) {
            try check(status, path: path)
        } catch {
            return error
        }
        guard isDenied, status.st_uid == geteuid(), status.st_mode & 0o600 != 0o600 else {
            return failure
        }
        return CredentialError(
            .unsafeFile, "\(path) cannot be used by its owner", remedy: Remedy.mode(path, "600"))
    }

    var followsLinks: Bool { !isOurs }

    /// Whether nobody but our own programs puts such files where they are.
    private var isOurs: Bool { self == .secret || self == .shared || self == .toBeShared }
}
