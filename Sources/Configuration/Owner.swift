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
            let groups = Self.groups(of: owner)
            guard linux_become(owner, groups.primary, groups.all, groups.all.count) == 0 else {
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

    /// The kernel's default for `/proc/sys/kernel/overflowgid`.
    private static let nobodysGroup: gid_t = 65_534

    /// The primary group of a user, and all the user is in: the machine's store may be for one of
    /// them.
    ///
    /// From /etc/passwd and /etc/group: a static program cannot load the modules that would ask
    /// elsewhere. A user from elsewhere is in no group that is known here: the one of the user's own
    /// number is taken only where nobody else has it, since it could give rights that are not theirs.
    private static func groups(of user: uid_t) -> (primary: gid_t, all: [gid_t]) {
        let known = lines(of: "/etc/passwd").first {
            $0.count > 3 && $0[2] == Array("\(user)".utf8)
        }
        let groups = lines(of: "/etc/group").filter { $0.count > 3 }
        guard let known, let primary = gid_t(String(decoding: known[3], as: UTF8.self)) else {
            let isFree = !groups.isEmpty && !groups.contains { $0[2] == Array("\(user)".utf8) }
            return (isFree ? user : nobodysGroup, [])
        }
        // The kernel takes no more than 65,536 (NGROUPS_MAX).
        let others = groups.filter { fields in
            fields[3].split(separator: UInt8(ascii: ",")).contains(known[0][...])
        }.compactMap { gid_t(String(decoding: $0[2], as: UTF8.self)) }
        return (primary, [primary] + others.prefix(65_535))
    }

    /// The lines of a file of fields.
    private static func lines(of path: String) -> [[[UInt8]]] {
        guard let file = try? ProtectedFile(path: path, rule: .configuration),
            let bytes = try? file.readAll(limit: 16 << 20)
        else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                .map(Array.init)
        }
    }
}
