public import CredentialCore
import SealedFile

/// Whom a bundle can be sealed for: a machine's X25519 public key.
public struct RecipientKey: Hashable, Sendable {
    static let prefix = "keyfob-recipient"
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a key as ``text`` writes it.
    ///
    /// - Throws: `badRequest` when it is none, or a character is wrong.
    public init(_ text: String) throws(CredentialError) {
        guard let bytes = KeyText.decode(text, prefix: Self.prefix, count: Sodium.keyLength) else {
            // It is not said what was given: that may be a secret, given by mistake.
            throw CredentialError(
                .badRequest, "this is not a recipient",
                remedy: "copy the whole line that `keyfob keygen` prints on that machine")
        }
        self.bytes = bytes
    }

    /// The key as people copy it.
    public var text: String { KeyText.encode(bytes, prefix: Self.prefix) }
}

/// A machine's own X25519 key: it opens the bundles that are sealed for the machine.
public struct MachineKey: Sendable {
    /// The 32 bytes of the secret key.
    public let secretKey: Secret
    /// What administrators seal for.
    public let recipient: RecipientKey

    /// A new key.
    public init() {
        self.init(secretKey: Sodium.randomKey())
    }

    /// The key of 32 bytes; nil when there are more or fewer.
    public init?(_ secretKey: Secret) {
        guard secretKey.count == Sodium.keyLength else { return nil }
        self.init(secretKey: secretKey)
    }

    private init(secretKey: Secret) {
        self.secretKey = secretKey
        recipient = RecipientKey(bytes: Sodium.boxPublicKey(of: secretKey))
    }
}
