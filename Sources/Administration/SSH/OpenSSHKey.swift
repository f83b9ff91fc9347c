import Bundles
import CredentialCore
import SealedFile
import SecretJSON

/// An Ed25519 key pair, and how OpenSSH writes it (OpenSSH's PROTOCOL.key; RFC 8709, section 4).
struct OpenSSHKey {
    static let type = "ssh-ed25519"

    private let publicKey: [UInt8]
    private let secretKey: Secret

    /// A new pair.
    init() {
        (publicKey, secretKey) = Sodium.signingPair(of: Sodium.randomKey())
    }

    /// The Ed25519 key that a file in PKCS#8 holds (RFC 8410, section 7); nil when it holds
    /// another.
    init?(_ text: PrivateKeyText) {
        guard text.label == "PRIVATE KEY", let content = text.content else { return nil }
        guard content.count == Self.prefix.count + Sodium.keyLength,
            content.withBytes({ $0.starts(with: Self.prefix) })
        else { return nil }
        let seed = content.slice(Self.prefix.count..<content.count)
        (publicKey, secretKey) = Sodium.signingPair(of: seed)
    }

    /// What stands before the seed: version 0, the algorithm 1.3.101.112, an octet string in
    /// another.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]

    /// The public key as it stands, in base64, in its line.
    var publicBlob: [UInt8] { Self.string(Self.type) + Self.string(publicKey) }

    /// The private key's file: not locked, for it rests sealed.
    func file(comment: String) -> Secret {
        let content = SecretBuffer(capacity: 512)
        content.append("openssh-key-v1\0")
        // No cipher, no key derivation, no options for it; one key.
        content.append(Self.string("none") + Self.string("none") + Self.string(""))
        content.append(Self.number(1))
        content.append(Self.string(publicBlob))
        let section = section(comment: comment)
        content.append(Self.number(section.count))
        content.append(section)
        return Self.armoured(Secret(content))
    }

    private func section(comment: String) -> Secret {
        let section = SecretBuffer(capacity: 256)
        // Twice the same number shows a reader that it has unlocked the section. Nothing is locked
        // here, so it may be any: one key always gives one file.
        let number = Array(publicKey.prefix(4))
        section.append(number + number)
        section.append(publicBlob)
        section.append(Self.number(secretKey.count))
        section.append(secretKey)
        section.append(Self.string(comment))
        // 1, 2, 3 … up to the block size, which is 8 without a cipher.
        for byte in 0..<((8 - section.count % 8) % 8) { section.append(UInt8(byte + 1)) }
        return Secret(section)
    }

    private static func armoured(_ content: Secret) -> Secret {
        let width = 70
        let text = SecretBuffer(capacity: 1024)
        text.append("-----BEGIN OPENSSH PRIVATE KEY-----\n")
        var column = 0
        content.withBytes { bytes in
            Base64.encode(bytes) { letter in
                if column == width {
                    text.append(UInt8(ascii: "\n"))
                    column = 0
                }
                text.append(letter)
                column += 1
            }
        }
        text.append("\n-----END OPENSSH PRIVATE KEY-----\n")
        return Secret(text)
    }

    /// A number of SSH's wire format (RFC 4251, section 5): 32 bits, big-endian.
    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    /// A string of SSH's wire format: its length and its bytes.
    private static func string(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count) + bytes }

    private static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }
}
