import CSodium
package import CredentialCore

/// The few things that are asked of libsodium. Nothing here knows what is sealed.
///
/// `sodium_init` is not called for reading: it costs more than opening a small piece, and without
/// it libsodium uses its portable code, which gives the same bytes. ``prepare()`` is for the rest.
package enum Sodium {
    package static let keyLength = 32
    package static let nonceLength = 24
    package static let tagLength = 16
    package static let macLength = 32

    /// From this many bytes on, opening a piece with the portable code costs more than
    /// ``prepare()``.
    private static let worthPreparing = 64 << 10

    /// Chooses the machine's fastest code and opens the system's source of random bytes.
    package static func prepare() { _ = sodium_init() }

    package static func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            randombytes_buf(buffer.start, count)
            filled = count
        }
    }

    package static func randomKey() -> Secret {
        let buffer = SecretBuffer(capacity: keyLength)
        buffer.appendInPlace(upTo: keyLength) { room in
            randombytes_buf(room.start, keyLength)
            return keyLength
        }
        return Secret(buffer)
    }

    /// XChaCha20-Poly1305-IETF; ciphertext and tag.
    package static func seal(
        _ plain: UnsafeRawBufferPointer, key: Secret, nonce: [UInt8], ad: [UInt8]
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: plain.count + tagLength) { buffer, filled in
            key.withBytes { key in
                _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                    buffer.start, nil, plain.start, UInt64(plain.count), ad,
                    UInt64(ad.count), nil, nonce, key.start)
            }
            filled = plain.count + tagLength
        }
    }

    static func seal(_ plain: [UInt8], key: Secret, nonce: [UInt8], ad: [UInt8]) -> [UInt8] {
        plain.withUnsafeBytes { seal($0, key: key, nonce: nonce, ad: ad) }
    }

    /// Opens what ``seal(_:key:nonce:ad:)`` made, in its own place, or returns nil.
    static func open(
        _ sealed: consuming [UInt8], key: Secret, nonce: [UInt8], ad: [UInt8]
    ) -> [UInt8]? {
        guard sealed.count >= tagLength, nonce.count == nonceLength else { return nil }
        let opened = sealed.withUnsafeMutableBytes { bytes in
            open(UnsafeRawBufferPointer(bytes), key: key, nonce: nonce, ad: ad, into: bytes)
        }
        guard opened else { return nil }
        sealed.removeLast(tagLength)
        return sealed
    }

    /// Opens a sealed secret into secret memory, or returns nil.
    package static func openSecret(
        _ sealed: UnsafeRawBufferPointer, key: Secret, nonce: [UInt8], ad: [UInt8]
    ) -> Secret? {
        guard sealed.count >= tagLength, nonce.count == nonceLength else { return nil }
        let length = sealed.count - tagLength
        let buffer = SecretBuffer(capacity: length)
        var opened = false
        buffer.appendInPlace(upTo: length) { room in
            opened = open(sealed, key: key, nonce: nonce, ad: ad, into: room)
            return opened ? length : 0
        }
        return opened ? Secret(buffer) : nil
    }

    static func openSecret(
        _ sealed: [UInt8], key: Secret, nonce: [UInt8], ad: [UInt8]
    ) -> Secret? {
        sealed.withUnsafeBytes { openSecret($0, key: key, nonce: nonce, ad: ad) }
    }

    private static func open(
        _ sealed: UnsafeRawBufferPointer, key: Secret, nonce: [UInt8], ad: [UInt8],
        into room: UnsafeMutableRawBufferPointer
    ) -> Bool {
        if sealed.count >= worthPreparing { prepare() }
        return key.withBytes { key in
            crypto_aead_xchacha20poly1305_ietf_decrypt(
                room.start, nil, nil, sealed.start, UInt64(sealed.count), ad, UInt64(ad.count),
                nonce, key.start) == 0
        }
    }

    /// BLAKE2b, 32 bytes.
    package static func hash(_ message: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: macLength) { buffer, filled in
            _ = crypto_generichash(
                buffer.start, macLength, message.start, UInt64(message.count), nil, 0)
            filled = macLength
        }
    }

    /// Keyed BLAKE2b, 32 bytes.
    package static func mac(_ message: UnsafeRawBufferPointer, key: Secret) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: macLength) { buffer, filled in
            key.withBytes { key in
                _ = crypto_generichash(
                    buffer.start, macLength, message.start, UInt64(message.count), key.start,
                    key.count)
            }
            filled = macLength
        }
    }

    /// Keyed BLAKE2b whose result is a key itself.
    static func secretMAC(_ message: UnsafeRawBufferPointer, key: Secret) -> Secret {
        let buffer = SecretBuffer(capacity: macLength)
        buffer.appendInPlace(upTo: macLength) { room in
            key.withBytes { key in
                _ = crypto_generichash(
                    room.start, macLength, message.start, UInt64(message.count), key.start,
                    key.count)
            }
            return macLength
        }
        return Secret(buffer)
    }

    package static func mac(_ message: [UInt8], key: Secret) -> [UInt8] {
        message.withUnsafeBytes { mac($0, key: key) }
    }

    /// Whether two MACs are equal, in constant time.
    package static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && sodium_memcmp(one, other, one.count) == 0
    }

    /// A key derived from another one, for one purpose.
    package static func subkey(of key: Secret, _ number: UInt64, context: StaticString) -> Secret {
        let buffer = SecretBuffer(capacity: keyLength)
        buffer.appendInPlace(upTo: keyLength) { room in
            key.withBytes { key in
                let context = UnsafeRawPointer(context.utf8Start)
                    .assumingMemoryBound(to: CChar.self)
                _ = crypto_kdf_derive_from_key(
                    room.start, keyLength, number,
                    context, key.start)
            }
            return keyLength
        }
        return Secret(buffer)
    }

    /// Argon2id over a passphrase; nil when the memory is not to be had.
    static func stretch(_ passphrase: Secret, salt: [UInt8], passes: Int, bytes: Int) -> Secret? {
        let buffer = SecretBuffer(capacity: keyLength)
        var done = false
        buffer.appendInPlace(upTo: keyLength) { room in
            passphrase.withBytes { passphrase in
                done =
                    crypto_pwhash(
                        room.start, UInt64(keyLength),
                        UnsafeRawPointer(passphrase.start).assumingMemoryBound(to: CChar.self),
                        UInt64(passphrase.count), salt, UInt64(passes), bytes,
                        crypto_pwhash_alg_argon2id13()) == 0
            }
            return done ? keyLength : 0
        }
        return done ? Secret(buffer) : nil
    }
}

/// libsodium takes no null pointer, not even for nothing: an empty run of bytes points here.
private let nowhere: StaticString = ""

extension UnsafeRawBufferPointer {
    /// Where the bytes are, for libsodium.
    package var start: UnsafePointer<UInt8> {
        baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nowhere.utf8Start
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Where the room is, for libsodium.
    package var start: UnsafeMutablePointer<UInt8> {
        baseAddress?.assumingMemoryBound(to: UInt8.self)
            ?? UnsafeMutablePointer(mutating: nowhere.utf8Start)
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    fileprivate var start: UnsafeMutablePointer<UInt8> {
        baseAddress ?? UnsafeMutablePointer(mutating: nowhere.utf8Start)
    }
}
