import CredentialCore
import ProtectedFiles

/// The file that holds the catalogue key, and during a rotation the one to come as well.
enum KeyFile {
    private static let magic = Array("KFBKEY1\n".utf8)

    /// The keys, current one first; nil when there is no key file.
    static func read(in folder: borrowing Folder) throws(CredentialError) -> [CatalogueKey]? {
        guard let file = try folder.file(FileName.key) else { return nil }
        let lengths = [1, 2].map { magic.count + $0 * Sodium.keyLength }
        let content =
            lengths.contains(file.length)
            ? try file.readSecret(limit: file.length) : Secret(copying: [])
        let keys: [CatalogueKey] = content.withBytes { bytes in
            guard bytes.starts(with: magic) else { return [] }
            let body = UnsafeRawBufferPointer(rebasing: bytes[magic.count...])
            return stride(from: 0, to: body.count, by: Sodium.keyLength).map { start in
                let key = body[start..<(start + Sodium.keyLength)]
                return CatalogueKey(bytes: Secret(copying: UnsafeRawBufferPointer(rebasing: key)))
            }
        }
        guard !keys.isEmpty else {
            throw CredentialError(
                .damaged, "\(folder.path(of: FileName.key)) is not a key file of keyfob",
                remedy: "put its copy back, or run `keyfob store recover`")
        }
        return keys
    }

    /// Writes the keys, all at once and for good.
    static func write(
        _ keys: [CatalogueKey], in folder: borrowing Folder
    ) throws(CredentialError) {
        let buffer = SecretBuffer(capacity: magic.count + keys.count * Sodium.keyLength)
        buffer.append(magic)
        for key in keys { buffer.append(key.bytes) }
        try buffer.withBytes { (bytes) throws(CredentialError) in
            try folder.replace(FileName.key, with: bytes)
        }
    }
}

/// A key file that was named explicitly: `KEYFOB_KEY_FILE`, or a service manager's credential.
enum ExternalKey {
    /// The wrapping key made of the file's bytes.
    static func read(_ path: String) throws(CredentialError) -> Secret {
        guard let file = try ProtectedFile(path: path, rule: .namedKey) else {
            throw CredentialError(
                .locked, "the key file \(path) is not there",
                remedy: "mount it, or unset KEYFOB_KEY_FILE")
        }
        let content = try file.readSecret(limit: 4096)
        guard content.count >= 16 else {
            throw CredentialError(
                .limit, "the key file \(path) holds fewer than 16 bytes",
                remedy: "make one with `head -c 32 /dev/urandom`")
        }
        return wrappingKey(content)
    }

    static func wrappingKey(_ content: Secret) -> Secret {
        let label = Secret(copying: Array("keyfob external key".utf8))
        return content.withBytes { Sodium.secretMAC($0, key: label) }
    }
}
