public import CredentialCore
import Glibc

/// Whom a folder of ours is for, and with it every file that is written there.
public enum Audience: Sendable {
    /// Its user alone.
    case owner
    /// Root, who alone changes it, and the members of the folder's group, who read it. Lock files
    /// stay root's own even there: whoever can read one can also hold the lock.
    case group

    /// What a folder's mode should be, for `chmod`.
    var folderModeText: String { self == .owner ? "700" : "750" }

    static func requireRoot(_ path: String) throws(CredentialError) {
        guard geteuid() != 0 else { return }
        throw CredentialError(
            .refused, "only root changes \(path)", remedy: "run the command with `sudo`")
    }

    static func missing(_ path: String) -> CredentialError {
        CredentialError(
            .absent, "there is no \(path)", remedy: "make it with `sudo keyfob init --system`")
    }

    /// What a user is told who is no member of a folder's group.
    public static func outsider(_ path: String) -> CredentialError {
        CredentialError(
            .unreachable, "\(path) is for members of its group alone",
            remedy: Remedy.membership(path))
    }
}

extension Folder {
    /// Makes a folder for a group, if it is missing. One that is there gets the group and the modes
    /// that it and its files should have, unless somebody other than root could write to it: what
    /// is in it then is not to be trusted.
    ///
    /// - Throws: `refused` when the user is not root, `unsafeFile`, `system`.
    public static func make(_ path: String, forGroup group: UInt32) throws(CredentialError) {
        try Audience.requireRoot(path)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw SystemFailure.error("cannot make", path)
        }
        guard let folder = try Folder(opening: path, for: .group, isToBeShared: true) else {
            throw Audience.missing(path)
        }
        try folder.give(to: group)
    }

    private func give(to group: UInt32) throws(CredentialError) {
        guard fchown(descriptor, uid_t.max, group) == 0, fchmod(descriptor, 0o750) == 0 else {
            throw SystemFailure.error("cannot change", path)
        }
    }

    /// Gives a file of a folder for a group its owner, group and mode back, as a copy that was put
    /// there may lack them.
    ///
    /// - Throws: `unsafeFile` when it is no file of this folder's alone, or others could write it;
    ///   `system`.
    public func shareAgain(_ name: String) throws(CredentialError) {
        guard let group else { return }
        try file(name, rule: .toBeShared)?.give(to: group)
    }
}
