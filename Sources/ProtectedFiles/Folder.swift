import CLinux
public import CredentialCore
import Glibc

/// A folder of our own, held open: everything in it is reached through its descriptor, so that
/// nobody can exchange it on the way.
public struct Folder: ~Copyable, Sendable {
    let descriptor: Int32
    /// The path, for messages.
    public let path: String
    /// The group whose members read what is in it; nil when its user alone does.
    let group: UInt32?

    /// Opens a folder; nil when there is none.
    ///
    /// - Throws: `unsafeFile` when it is a link, another user's, or writable by others;
    ///   `unreachable` when it is for members of a group that this user is none of.
    public init?(
        opening path: String, for audience: Audience = .owner
    ) throws(CredentialError) {
        try self.init(opening: path, for: audience, isToBeShared: false)
    }

    /// - Parameter isToBeShared: whether it is about to get the mode that one for a group has.
    init?(
        opening path: String, for audience: Audience, isToBeShared: Bool
    ) throws(CredentialError) {
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.refusal(path, audience)
        }
        var status = stat()
        fstat(opened, &status)
        do throws(CredentialError) {
            try Self.check(status, path, audience, isToBeShared: isToBeShared)
        } catch {
            close(opened)
            throw error
        }
        descriptor = opened
        self.path = path
        group = audience == .group ? status.st_gid : nil
    }

    private static func check(
        _ status: stat, _ path: String, _ audience: Audience, isToBeShared: Bool = false
    ) throws(CredentialError) {
        guard status.st_mode & S_IFMT != S_IFLNK else {
            throw CredentialError(
                .unsafeFile, "\(path) is a symbolic link", remedy: Remedy.link(path))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CredentialError(
                .unsafeFile, "\(path) is not a folder", remedy: Remedy.moveAway(path))
        }
        let isOwners =
            audience == .group
            ? SystemOwner.isAdministrator(status.st_uid) : status.st_uid == geteuid()
        guard isOwners else {
            throw CredentialError(
                .unsafeFile, "\(path) belongs to another user",
                remedy: Remedy.owner(path, audience == .group ? 0 : geteuid()))
        }
        guard status.st_mode & 0o022 == 0 else {
            throw CredentialError(
                .unsafeFile, "\(path) can be written by others",
                remedy: Remedy.mode(path, audience.folderModeText))
        }
        guard audience == .owner || isToBeShared || status.st_mode & 0o007 == 0 else {
            throw CredentialError(
                .unsafeFile, "\(path) can be entered by everybody",
                remedy: Remedy.mode(path, audience.folderModeText))
        }
    }

    /// Why a folder could not be opened: what is wrong with what stands there, else the errno.
    private static func refusal(_ path: String, _ audience: Audience) -> CredentialError {
        let failure = SystemFailure.error("cannot open", path)
        let isDenied = errno == EACCES
        var status = stat()
        guard lstat(path, &status) == 0 else { return failure }
        do throws(CredentialError) {
            try check(status, path, audience)
        } catch {
            return error
        }
        guard audience == .owner else { return isDenied ? Audience.outsider(path) : failure }
        guard isDenied, status.st_mode & 0o500 != 0o500 else { return failure }
        return CredentialError(
            .unsafeFile, "\(path) cannot be used by its owner", remedy: Remedy.mode(path, "700"))
    }

    /// Opens a folder, making it and the folders above it first where they are missing.
    ///
    /// - Throws: as ``init(opening:for:)``, and `system` when it cannot be made. One for a group is
    ///   not made by the way, see ``make(_:forGroup:)``: `absent` then; `refused` when the user is
    ///   not root.
    public init(
        making path: String, for audience: Audience = .owner
    ) throws(CredentialError) {
        if audience == .group { try Audience.requireRoot(path) }
        if let folder = try Folder(opening: path, for: audience) {
            self = folder
            return
        }
        if audience == .group { throw Audience.missing(path) }
        // The XDG base directory specification wants 0700 for what it does not find.
        var prefix = ""
        for component in path.split(separator: "/") {
            prefix += "/" + component
            guard mkdir(prefix, 0o700) != 0 else { continue }
            let cause = errno
            guard cause == EEXIST || access(prefix, F_OK) == 0 else {
                throw SystemFailure.error("cannot make", prefix, number: cause)
            }
        }
        guard let folder = try Folder(opening: path) else {
            throw SystemFailure.error("cannot open", path, number: ENOENT)
        }
        self = folder
    }

    deinit {
        close(descriptor)
    }

    /// The path of a file in this folder.
    public func path(of name: String) -> String { "\(path)/\(name)" }

    /// Opens a file in this folder; nil when there is none.
    ///
    /// - Parameter rule: by default that of the folder's own files.
    /// - Throws: `unsafeFile` when it breaks the rule, `system` when it cannot be opened.
    public func file(
        _ name: String, rule: FileRule? = nil
    ) throws(CredentialError) -> ProtectedFile? {
        try ProtectedFile(
            folder: descriptor, name: name, path: path(of: name),
            rule: rule ?? (group == nil ? .secret : .shared))
    }

    /// Whether there is something of that name.
    public func contains(_ name: String) -> Bool {
        faccessat(descriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Removes a file; nothing happens when there is none.
    ///
    /// - Throws: `system` when it cannot be removed.
    public func remove(_ name: String) throws(CredentialError) {
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
            throw SystemFailure.error("cannot remove", path(of: name))
        }
    }

    /// Renames a file over another one, atomically.
    ///
    /// - Throws: `system` when it cannot be renamed.
    public func rename(_ name: String, to newName: String) throws(CredentialError) {
        guard renameat(descriptor, name, descriptor, newName) == 0 else {
            throw SystemFailure.error("cannot replace", path(of: newName))
        }
    }

    /// Exchanges two files, atomically; false where the file system cannot.
    public func exchange(_ name: String, _ other: String) -> Bool {
        linux_exchange(descriptor, name, other) == 0
    }

    /// Makes what was renamed and removed here last through a power failure.
    ///
    /// - Throws: `system` when the disk refuses.
    public func synchronize() throws(CredentialError) {
        guard fsync(descriptor) == 0 else { throw SystemFailure.error("cannot flush", path) }
    }
}
