import Bundles
import CredentialCore
import ProtectedFiles

/// The file that holds a machine's own key: eight bytes that say so, then the key.
enum MachineKeyFile {
    static let name = "recipient-key"
    private static let magic = Array("KFBRCP1\n".utf8)
    private static let keyLength = 32

    /// The key; nil when none was made.
    ///
    /// - Throws: `damaged` when the file is no such file.
    static func read(in folder: borrowing Folder) throws(CredentialError) -> MachineKey? {
        guard let file = try folder.file(name, rule: .secret) else { return nil }
        let content = try file.readSecret(limit: 4096)
        guard content.withBytes({ $0.starts(with: magic) }),
            let key = MachineKey(content.slice(magic.count..<content.count))
        else {
            throw CredentialError(
                .damaged, "\(folder.path(of: name)) is not a key file of keyfob",
                remedy: "put its copy back, or make a new one with `keyfob keygen --new`")
        }
        return key
    }

    static func write(_ key: MachineKey, in folder: borrowing Folder) throws(CredentialError) {
        let buffer = SecretBuffer(capacity: magic.count + keyLength)
        buffer.append(magic)
        buffer.append(key.secretKey)
        try buffer.withBytes { (bytes) throws(CredentialError) in
            try folder.replace(name, with: bytes)
        }
    }
}
