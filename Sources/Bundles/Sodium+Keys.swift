import CSodium
package import CredentialCore
package import SealedFile

/// Key pairs: X25519 to seal for somebody, Ed25519 to sign.
extension Sodium {
    static let signatureLength = 64
    /// What sealing for somebody adds: an ephemeral public key and a tag.
    static let boxOverhead = 48

    /// The X25519 public key of a secret one.
    static func boxPublicKey(of secretKey: Secret) -> [UInt8] {
        prepare()
        return bytes(keyLength) { room in
            secretKey.withBytes { _ = crypto_scalarmult_base(room, $0.start) }
        }
    }

    /// `crypto_box_seal`; nil for a public key that is no point to agree with.
    static func boxSeal(_ plain: Secret, for publicKey: [UInt8]) -> [UInt8]? {
        prepare()
        var result: Int32 = -1
        let sealed = bytes(plain.count + boxOverhead) { room in
            plain.withBytes {
                result = crypto_box_seal(room, $0.start, UInt64($0.count), publicKey)
            }
        }
        return result == 0 ? sealed : nil
    }

    /// Opens what ``boxSeal(_:for:)`` made, or returns nil.
    static func boxOpen(_ sealed: [UInt8], _ publicKey: [UInt8], _ secretKey: Secret) -> Secret? {
        guard sealed.count >= boxOverhead else { return nil }
        prepare()
        var result: Int32 = -1
        let plain = secret(sealed.count - boxOverhead) { room in
            result = secretKey.withBytes {
                crypto_box_seal_open(room, sealed, UInt64(sealed.count), publicKey, $0.start)
            }
        }
        return result == 0 ? plain : nil
    }

    /// The Ed25519 key pair of a seed (RFC 8032, 5.1.5). The secret key is the seed and, after it,
    /// the public key, as OpenSSH keeps it, too.
    package static func signingPair(of seed: Secret) -> (publicKey: [UInt8], secretKey: Secret) {
        prepare()
        var publicKey: [UInt8] = []
        let secretKey = secret(64) { room in
            publicKey = bytes(keyLength) { publicRoom in
                seed.withBytes { _ = crypto_sign_seed_keypair(publicRoom, room, $0.start) }
            }
        }
        return (publicKey, secretKey)
    }

    /// An Ed25519 signature (RFC 8032), beside the message.
    static func signature(of message: [UInt8], seed: Secret) -> [UInt8] {
        let secretKey = signingPair(of: seed).secretKey
        return bytes(signatureLength) { room in
            secretKey.withBytes {
                _ = crypto_sign_detached(room, nil, message, UInt64(message.count), $0.start)
            }
        }
    }

    static func isSignature(
        _ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]
    ) -> Bool {
        guard signature.count == signatureLength, publicKey.count == keyLength else { return false }
        prepare()
        return crypto_sign_verify_detached(
            signature, message, UInt64(message.count), publicKey) == 0
    }

    private typealias Room = UnsafeMutablePointer<UInt8>

    /// Bytes that `body` writes, all of them.
    private static func bytes(_ count: Int, _ body: (Room) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { body($0.start) }
        return bytes
    }

    /// A secret that `body` writes, all of it.
    private static func secret(_ count: Int, _ body: (Room) -> Void) -> Secret {
        let buffer = SecretBuffer(capacity: count)
        buffer.appendInPlace(upTo: count) { room in
            body(room.start)
            return count
        }
        return Secret(buffer)
    }
}
