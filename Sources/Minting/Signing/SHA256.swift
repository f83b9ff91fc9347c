import CSodium
import CredentialCore

/// SHA-256 and the MAC made of it (FIPS 180-4, RFC 2104), by libsodium.
enum SHA256 {
    private static let length = 32

    /// The hash of bytes, in lower-case hexadecimal digits.
    static func hexHash(_ bytes: Secret) -> String {
        var hash = [UInt8](repeating: 0, count: length)
        bytes.withBytes { bytes in
            _ = crypto_hash_sha256(
                &hash, bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count))
        }
        return hex(hash)
    }

    /// The MAC of a text under a key of any length.
    ///
    /// What libsodium works with is as good as the key, so it lies in secret memory too.
    static func mac(_ text: String, key: Secret) -> Secret {
        typealias State = crypto_auth_hmacsha256_state
        let result = SecretBuffer(capacity: length)
        let working = SecretBuffer(capacity: MemoryLayout<State>.size)
        working.appendInPlace(upTo: MemoryLayout<State>.size) { room in
            guard let state = room.bindMemory(to: State.self).baseAddress else { return 0 }
            key.withBytes { key in
                guard let bytes = key.bindMemory(to: UInt8.self).baseAddress else { return }
                crypto_auth_hmacsha256_init(state, bytes, key.count)
            }
            let bytes = Array(text.utf8)
            crypto_auth_hmacsha256_update(state, bytes, UInt64(bytes.count))
            result.appendInPlace(upTo: length) { room in
                guard let mac = room.bindMemory(to: UInt8.self).baseAddress else { return 0 }
                crypto_auth_hmacsha256_final(state, mac)
                return length
            }
            return 0
        }
        return Secret(result)
    }

    /// Bytes in lower-case hexadecimal digits.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            text += String(byte >> 4, radix: 16) + String(byte & 0x0F, radix: 16)
        }
    }
}
