public import CredentialCore
import SealedFile

/// Bytes sealed with a passphrase, for a file that is carried elsewhere. `Format.md` has the
/// layout.
public enum PassphraseSeal {
    /// The longest content.
    public static let contentLimit = 256 << 20
    /// The longest file that is worth reading: the longest content, padded, with its header.
    public static let fileLimit = 320 << 20

    private static let magic: [UInt8] = [0x89, 0x4B, 0x46, 0x50, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let major: UInt16 = 1
    private static let headerLength = 92

    /// Seals bytes under a key that Argon2id makes of a passphrase.
    ///
    /// - Throws: `badRequest` for an empty passphrase, `limit` for a content beyond
    ///   ``contentLimit``, `system` when there is not enough memory.
    public static func seal(_ plain: Secret, passphrase: Secret) throws(CredentialError) -> [UInt8]
    {
        try seal(plain, passphrase: passphrase, cost: .moderate)
    }

    static func seal(
        _ plain: Secret, passphrase: Secret, cost: PassphraseCost
    ) throws(CredentialError) -> [UInt8] {
        guard !passphrase.isEmpty else {
            throw CredentialError(
                .badRequest, "an empty passphrase seals nothing", remedy: "give one")
        }
        guard plain.count <= contentLimit else {
            throw CredentialError(
                .limit, "more than \(contentLimit >> 20) MiB are too much to seal at once",
                remedy: "make several files of it")
        }
        var header = magic
        header.append(integer: major)
        header.append(integer: UInt16(0))
        header.append(integer: UInt32(cost.passes))
        header.append(integer: UInt32(cost.kibibytes))
        let salt = Sodium.randomBytes(PassphraseCost.saltLength)
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        header += salt + nonce
        let key = try cost.key(from: passphrase, salt: salt)
        header += Sodium.mac(header, key: commitment(key))
        return header
            + SizeClass.padded(plain).withBytes {
                Sodium.seal($0, key: sealing(key), nonce: nonce, ad: header)
            }
    }

    /// Whether bytes begin as ``seal(_:passphrase:)`` writes them.
    public static func isSealed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: magic)
    }

    /// Opens what ``seal(_:passphrase:)`` made.
    ///
    /// - Throws: `wrongKey` for another passphrase, `damaged`, `newerVersion`, `limit` for costs
    ///   beyond what is allowed, `system` when there is not enough memory.
    public static func open(
        _ sealed: UnsafeRawBufferPointer, passphrase: Secret
    ) throws(CredentialError) -> Secret {
        guard isSealed(sealed) else {
            throw CredentialError(.damaged, "this is not sealed with a passphrase")
        }
        var reader = ByteReader(
            sealed, of: "sealed content", "ends too early", remedy: "use another copy of it")
        try reader.skip(magic.count)
        let version = try reader.integer(UInt16.self)
        guard version == major else {
            throw CredentialError(
                .newerVersion, "it was sealed in format \(version)",
                remedy: "use the version of keyfob that sealed it")
        }
        let reserved = try reader.integer(UInt16.self)
        let passes = try reader.integer(UInt32.self)
        let kibibytes = try reader.integer(UInt32.self)
        let salt = try reader.array(PassphraseCost.saltLength)
        let nonce = try reader.array(Sodium.nonceLength)
        let committed = Array(reader.before)
        let commitment = try reader.array(Sodium.macLength)
        guard reader.rest.count >= SizeClass.smallest + Sodium.tagLength else {
            throw reader.damage
        }
        guard reserved == 0 else {
            throw CredentialError(.damaged, "the header of what was sealed does not parse")
        }
        let cost = PassphraseCost(passes: Int(passes), kibibytes: Int(kibibytes))
        guard cost.isAllowed, sealed.count <= fileLimit else {
            throw CredentialError(
                .limit, "opening it would take more work or memory than is allowed",
                remedy: "use a copy that you trust")
        }
        let key = try cost.key(from: passphrase, salt: salt)
        guard Sodium.areEqual(commitment, Sodium.mac(committed, key: Self.commitment(key))) else {
            throw CredentialError(
                .wrongKey,
                "the passphrase is not the one it was sealed with, or its header was "
                    + "changed", remedy: "try again with the right passphrase")
        }
        let header = committed + commitment
        guard
            let padded = Sodium.openSecret(
                reader.rest, key: sealing(key), nonce: nonce, ad: header),
            let plain = SizeClass.content(of: padded)
        else {
            throw CredentialError(
                .damaged, "what was sealed was changed or cut off since",
                remedy: "use another copy of it")
        }
        return plain
    }

    private static func commitment(_ key: Secret) -> Secret {
        Sodium.subkey(of: key, 1, context: "keyfobPS")
    }

    private static func sealing(_ key: Secret) -> Secret {
        Sodium.subkey(of: key, 2, context: "keyfobPS")
    }
}
