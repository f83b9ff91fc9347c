import ChildProcesses
import CredentialCore
import Glibc
import ProtectedFiles
import SealedFile

/// The machine's store, `/var/lib/keyfob`: root changes it, members of its group read it.
enum MachineStore {
    /// The group whose members may read it.
    static let group = "keyfob"

    static let missing = CredentialError(
        .absent, "there is no machine's store here",
        remedy: "make it with `sudo keyfob init --system`")

    /// Makes the group and the folder, where they are missing, and puts right who may use what is
    /// there.
    ///
    /// - Throws: `refused` when the user is not root, `unsafeFile` when others could write there.
    static func prepare(_ location: StoreLocation) throws(CredentialError) {
        guard geteuid() == 0 else {
            throw CredentialError(
                .refused, "only root makes the machine's store",
                remedy: "run `sudo keyfob init --system`")
        }
        try location.makeFolder(forGroup: try groupNumber())
    }

    private static func groupNumber() throws(CredentialError) -> gid_t {
        if let known = getgrnam(group) { return known.pointee.gr_gid }
        let command = "groupadd --system \(group)"
        guard let program = ChildProcess.find("groupadd", path: "/usr/sbin:/sbin:/usr/bin") else {
            throw CredentialError(
                .absent, "there is no group \(group), and no groupadd to make it with",
                remedy: "make a system group of that name and run this again")
        }
        let words = command.split(separator: " ").dropFirst().map(String.init)
        let made = try ChildProcess.run(program, words, keepsErrors: true, deadline: 30_000)
        guard made.code == 0, let known = getgrnam(group) else {
            let reason = made.errors.withBytes { Printable.text($0.prefix(300)) }
            throw CredentialError(
                .system, "`\(command)` failed: \(reason)", remedy: "run it yourself and try again")
        }
        return known.pointee.gr_gid
    }

    /// What a user's own `status` says about it; nil when there is none.
    static var status: String? {
        do throws(CredentialError) {
            guard let file = try SealedFile.open(.machine) else { return nil }
            let count =
                file.credentialCount == 1
                ? "1 credential"
                : "\(file.credentialCount)"
                    + " credentials"
            return "\(file.location.path), \(count), asked where your own store holds nothing"
        } catch  where error == StoreLocation.outsider {
            return "\(StoreLocation.machine.path) is there, but you are no member of its group"
        } catch {
            return error.message
        }
    }
}
