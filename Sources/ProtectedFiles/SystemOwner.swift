import Glibc

/// Who the machine's own files belong to.
public enum SystemOwner {
    /// Whether a user number stands for the machine's administrator: root, and in a user namespace,
    /// as rootless podman makes one, the number that everybody outside of it is shown as.
    public static func isAdministrator(_ user: UInt32) -> Bool {
        user == 0 || (user == outsider && isInUserNamespace)
    }

    /// The kernel's default for `/proc/sys/kernel/overflowuid`.
    private static let outsider: uid_t = 65_534

    private static let isInUserNamespace: Bool = {
        let map = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC)
        guard map >= 0 else { return false }
        defer { close(map) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = max(0, read(map, &bytes, bytes.count))
        let fields = bytes[..<count].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return fields.map { String(decoding: $0, as: UTF8.self) } != ["0", "0", "4294967295"]
    }()
}
