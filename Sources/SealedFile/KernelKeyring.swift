import CLinux
import CredentialCore
import Glibc

/// Keeps an unlocked store key for a time in the user's kernel keyring. It is a cache: a key that
/// is gone, or that this session may not read, only means that the store is locked.
enum KernelKeyring {
    static func read(fileID: [UInt8]) -> StoreKey? {
        let buffer = SecretBuffer(capacity: Sodium.keyLength)
        buffer.appendInPlace(upTo: Sodium.keyLength) { room in
            let length = linux_keyring_read(name(fileID), room.baseAddress, room.count)
            return length == Sodium.keyLength ? length : 0
        }
        return buffer.count == Sodium.keyLength ? StoreKey(bytes: Secret(buffer)) : nil
    }

    static func store(
        _ key: StoreKey, fileID: [UInt8], seconds: UInt32
    ) throws(CredentialError) {
        let serial = key.bytes.withBytes {
            linux_keyring_store(name(fileID), $0.baseAddress, $0.count, seconds)
        }
        guard serial >= 0 else {
            throw CredentialError(
                .system,
                "the kernel keyring cannot be used here: \(String(cString: strerror(errno)))",
                remedy: "use a key file: `keyfob store rotate-key --lock-with key-file`")
        }
    }

    /// Whether there was a key to remove.
    static func remove(fileID: [UInt8]) -> Bool {
        linux_keyring_remove(name(fileID)) == 0
    }

    private static func name(_ fileID: [UInt8]) -> String {
        "keyfob:" + (CredentialID(fileID)?.text ?? "")
    }
}
