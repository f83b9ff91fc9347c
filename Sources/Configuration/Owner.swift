import CLinux
public import CredentialCore
import Glibc
import ProtectedFiles

extension Surroundings {
    /// As root with another user's home, becomes that user before anything is opened: what root
    /// would make there, its user could not use, and a link planted there would lead root astray.
    ///
    /// The first part of a path that does not belong to root decides, since everything after it is
    /// in that user's hands.
    ///
    /// - Throws: `system` when the change is refused.
    public func becomeOwnerOfHome() throws(CredentialError) {
        guard geteuid() == 0 else { return }
        for path in [home, dataFolder, stateFolder, configurationFolder] {
            // The folders are mostly below the home, which was looked at first.
            let known = path.hasPrefix(home + "/") ? home.utf8.count : 0
            guard let owner = Self.firstOwnerButRoot(of: path, beyond: known) else { continue }
            guard linux_become(owner, Self.primaryGroup(of: owner)) == 0 else {
                throw SystemFailure.error("cannot become the owner of", path)
            }
            return
        }
    }

    /// - Parameter known: how many bytes of the path lead to what is known to be root's.
    private static func firstOwnerButRoot(of path: String, beyond known: Int) -> uid_t? {
        // On bytes, since root pays for this on every pull.
        var prefix: [CChar] = [0]
        for byte in Array(path.utf8) + [UInt8(ascii: "/")] {
            if byte == UInt8(ascii: "/"), prefix.count > known + 1, prefix.count > 1 {
                var status = stat()
                guard lstat(prefix, &status) == 0 else { return nil }
                if !SystemOwner.isAdministrator(status.st_uid) { return status.st_uid }
                // A link of root's may lead into somebody else's hands all the same.
                if status.st_mode & S_IFMT == S_IFLNK, stat(prefix, &status) == 0,
                    !SystemOwner.isAdministrator(status.st_uid)
                {
                    return status.st_uid
                }
            }
            prefix[prefix.count - 1] = CChar(bitPattern: byte)
            prefix.append(0)
        }
        return nil
    }

    /// From /etc/passwd: a static program cannot load the modules that would ask elsewhere. A user
    /// from elsewhere gets the group of the same number, which gives no right that is not theirs.
    private static func primaryGroup(of user: uid_t) -> gid_t {
        guard let file = try? ProtectedFile(path: "/etc/passwd", rule: .configuration),
            let bytes = try? file.readAll(limit: 16 << 20)
        else { return user }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count > 3, String(decoding: fields[2], as: UTF8.self) == String(user)
            else { continue }
            return gid_t(String(decoding: fields[3], as: UTF8.self)) ?? user
        }
        return user
    }
}
