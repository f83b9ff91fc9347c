import CSodium
import CredentialCore
import SecretJSON

/// What proves that whoever trades a code in is who asked for it (RFC 7636).
struct ProofKey {
    private static let length = 32

    /// What is kept until the code is there: 43 characters of 32 random bytes.
    let verifier: Secret

    init() {
        self.init(verifier: Self.encoded(Self.random()))
    }

    init(verifier: Secret) {
        self.verifier = verifier
    }

    /// What is sent ahead: the SHA-256 of the verifier.
    var challenge: String {
        var hash = [UInt8](repeating: 0, count: Self.length)
        verifier.withBytes { bytes in
            _ = crypto_hash_sha256(
                &hash, bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count))
        }
        return Self.encoded(Secret(copying: hash)).withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// A word that nobody can guess, which is no secret of ours.
    static func word() -> String {
        encoded(random()).withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private static func random() -> Secret {
        let random = SecretBuffer(capacity: length)
        random.appendInPlace(upTo: length) { room in
            guard let start = room.baseAddress else { return 0 }
            randombytes_buf(start, length)
            return length
        }
        return Secret(random)
    }

    private static func encoded(_ bytes: Secret) -> Secret {
        let text = SecretBuffer(capacity: 44)
        bytes.withBytes { Base64URL.encode($0, text.append) }
        return Secret(text)
    }
}
