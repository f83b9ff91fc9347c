public import CredentialCore
import SealedFile

/// Who signed a bundle: an administrator's Ed25519 public key.
public struct SignerKey: Hashable, Sendable {
    static let prefix = "keyfob-signer"
    /// The 32 bytes of the public key.
    public let bytes: [UInt8]

    /// The key of 32 bytes; nil when there are more or fewer.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Sodium.keyLength else { return nil }
        self.bytes = bytes
    }

    /// Reads a key as ``text`` writes it.
    ///
    /// - Throws: `badRequest` when it is none, or a character is wrong.
    public init(_ text: String) throws(CredentialError) {
        guard let bytes = KeyText.decode(text, prefix: Self.prefix, count: Sodium.keyLength) else {
            throw CredentialError(
                .badRequest, "what was given is not a signing key, or a character of it is wrong",
                remedy: "copy the whole line that `keyfob keygen --signing` prints")
        }
        self.bytes = bytes
    }

    /// The key as people copy it.
    public var text: String { KeyText.encode(bytes, prefix: Self.prefix) }

    /// The key as people compare it: 64 bits of its BLAKE2b hash.
    public var fingerprint: String {
        let hash = bytes.withUnsafeBytes { Sodium.hash($0) }
        return Array(hash.prefix(8)).hexadecimal
    }
}

/// An administrator's own Ed25519 key.
public struct SigningKey: Sendable {
    /// The 32 bytes that the key is made of (RFC 8032, 5.1.5).
    public let seed: Secret
    /// What machines know it by.
    public let signer: SignerKey

    /// A new key.
    public init() {
        self.init(seed: Sodium.randomKey())
    }

    /// The key of 32 bytes; nil when there are more or fewer.
    public init?(_ seed: Secret) {
        guard seed.count == Sodium.keyLength else { return nil }
        self.init(seed: seed)
    }

    private init(seed: Secret) {
        self.seed = seed
        signer = SignerKey(unchecked: Sodium.signingPair(of: seed).publicKey)
    }

    func signature(of message: [UInt8]) -> [UInt8] {
        Sodium.signature(of: message, seed: seed)
    }
}

extension SignerKey {
    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    func signed(_ message: [UInt8], with signature: [UInt8]) -> Bool {
        Sodium.isSignature(signature, of: message, by: bytes)
    }
}

extension [UInt8] {
    /// Two lower-case digits for each byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
