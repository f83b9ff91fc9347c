import Bundles
import CredentialCore
import ProtectedFiles

/// A file that holds an administrator's signing key: eight bytes that say so, the public key, and
/// the secret one as it is or sealed with a passphrase.
struct SigningKeyFile {
    static let usualName = "signing-key"
    private static let magic = Array("KFBSIG1\n".utf8)
    private static let publicLength = 32
    private static let lengthLimit = 64 << 10

    let path: String
    /// What machines know the key by. It takes no passphrase to tell.
    let signer: SignerKey
    private let secretPart: Secret

    /// Reads a file; nil when there is none.
    ///
    /// - Throws: `damaged` when it is no such file, `unsafeFile` when others can read it.
    init?(_ path: String) throws(CredentialError) {
        guard let file = try ProtectedFile(path: path, rule: .namedKey) else { return nil }
        let content = try file.readSecret(limit: Self.lengthLimit)
        let start = Self.magic.count
        let end = start + Self.publicLength
        guard content.count > end, content.withBytes({ $0.starts(with: Self.magic) }),
            let signer = SignerKey(bytes: content.plainBytes(start..<end))
        else { throw Self.damage(path) }
        self.path = path
        self.signer = signer
        secretPart = content.slice(end..<content.count)
    }

    var isLocked: Bool { secretPart.withBytes(PassphraseSeal.isSealed) }

    /// The key.
    ///
    /// - Parameter passphrase: asked for when the key is locked.
    /// - Throws: `wrongKey` for another passphrase, `damaged`.
    func key(
        _ passphrase: () throws(CredentialError) -> Secret
    ) throws(CredentialError) -> SigningKey {
        var seed = secretPart
        if isLocked {
            let passphrase = try passphrase()
            seed = try secretPart.withBytes { (bytes) throws(CredentialError) in
                try PassphraseSeal.open(bytes, passphrase: passphrase)
            }
        }
        guard let key = SigningKey(seed), key.signer == signer else { throw Self.damage(path) }
        return key
    }

    /// What the file of a key holds, locked where there is a passphrase.
    static func content(
        _ key: SigningKey, passphrase: Secret?
    ) throws(CredentialError) -> Secret {
        let buffer = SecretBuffer(capacity: 128)
        buffer.append(magic + key.signer.bytes)
        if let passphrase {
            buffer.append(try PassphraseSeal.seal(key.seed, passphrase: passphrase))
        } else {
            buffer.append(key.seed)
        }
        return Secret(buffer)
    }

    private static func damage(_ path: String) -> CredentialError {
        CredentialError(
            .damaged, "\(path) is not a signing key of keyfob",
            remedy: "put its copy back, or move it away and run `keyfob keygen --signing`")
    }
}
