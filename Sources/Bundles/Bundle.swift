public import CredentialCore
import SealedFile

/// Credentials on their way to machines: signed by an administrator, sealed for each machine.
///
/// A value of this type came out of bytes whose signature holds; whether the signer is to be
/// trusted is for others to decide. `Format.md` has the layout.
public struct Bundle: Sendable {
    static let magic: [UInt8] = [0x89, 0x4B, 0x46, 0x53, 0x0D, 0x0A, 0x1A, 0x0A]
    static let major: UInt16 = 1
    static let signedLabel = Array("keyfob seed bundle".utf8)
    static let stanzaLength = Sodium.keyLength + Sodium.boxOverhead

    /// The longest bundle.
    public static let lengthLimit = 256 << 20
    /// The most machines that one bundle is sealed for.
    public static let recipientLimit = 4096
    /// The highest counter.
    public static let counterLimit = UInt64(Int64.max)

    /// What a bundle says of itself to everybody.
    public struct Terms: Hashable, Sendable {
        /// Which of its signer's bundles it is: a later one of the same name replaces it.
        public var name: String
        /// The higher, the later.
        public var counter: UInt64
        /// When it was made, in seconds since 1970, for people.
        public var createdAt: Int64
        /// Whether what earlier bundles of the name brought and this one does not hold is removed.
        public var prunes: Bool

        /// Terms from their parts.
        public init(name: String, counter: UInt64, createdAt: Int64, prunes: Bool) {
            self.name = name
            self.counter = counter
            self.createdAt = createdAt
            self.prunes = prunes
        }

        /// Whether the name follows the rule for names of credentials.
        var hasName: Bool { (try? CredentialName.check(name)) != nil }

        func checkCounter() throws(CredentialError) {
            guard (1...Bundle.counterLimit).contains(counter) else {
                throw CredentialError(
                    .limit, "the bundle's counter \(counter) is beyond what is allowed",
                    remedy: "let the bundle be made again with one from 1 to \(Bundle.counterLimit)"
                )
            }
        }
    }

    /// What the bundle says of itself.
    public let terms: Terms
    /// Whose signature it bears.
    public let signer: SignerKey
    /// The hash of all that is signed, in hexadecimal: two bundles of one id are the same.
    public let id: String
    /// How many machines it is sealed for.
    public var recipientCount: Int { stanzas.count }

    let commitment: [UInt8]
    /// The content's key, once for each machine, without saying for which.
    let stanzas: [[UInt8]]
    /// What the payload's seal covers beside it.
    let fixedPart: [UInt8]
    /// Nonce and sealed payload.
    let payload: [UInt8]

    /// The content, for one of the machines that the bundle is sealed for.
    ///
    /// - Throws: `wrongKey` when it is not sealed for this one, `damaged`.
    public func open(with key: MachineKey) throws(CredentialError) -> Secret {
        for stanza in stanzas {
            guard
                let contentKey = Sodium.boxOpen(stanza, key.recipient.bytes, key.secretKey)
            else { continue }
            return try open(with: ContentKey(contentKey))
        }
        throw CredentialError(
            .wrongKey, "the bundle \(terms.name) is not addressed to this machine",
            remedy: "have it made for the recipient that `keyfob keygen` prints here")
    }

    private func open(with key: ContentKey) throws(CredentialError) -> Secret {
        let nonce = Array(payload.prefix(Sodium.nonceLength))
        let padded = payload.withUnsafeBytes { bytes in
            Sodium.openSecret(
                UnsafeRawBufferPointer(rebasing: bytes[Sodium.nonceLength...]), key: key.sealing,
                nonce: nonce, ad: fixedPart)
        }
        guard Sodium.areEqual(commitment, key.commitment(to: signer)), let padded,
            let content = SizeClass.content(of: padded)
        else {
            throw CredentialError(
                .damaged, "the bundle \(terms.name) is signed, and its content does not open",
                remedy: "have its administrator make it again")
        }
        return content
    }
}

/// The key of one bundle's payload.
struct ContentKey {
    let bytes: Secret

    init(_ bytes: Secret) { self.bytes = bytes }

    var sealing: Secret { Sodium.subkey(of: bytes, 2, context: "keyfobSB") }

    /// What ties the key to the bundle: AEAD alone can be made to open under two keys.
    func commitment(to signer: SignerKey) -> [UInt8] {
        Sodium.mac(
            Bundle.magic + signer.bytes, key: Sodium.subkey(of: bytes, 1, context: "keyfobSB"))
    }
}
