import CSecret
import CredentialCore
import Glibc

/// A secret in libsecret's hands. Its memory is locked as far as the system grants any, and only
/// then wiped by libsecret itself.
final class SecretParcel {
    let value: OpaquePointer

    /// Hands a secret over. Its content type says whether password managers may show it.
    init(_ secret: Secret) {
        let type = secret.isText ? "text/plain" : "application/octet-stream"
        value = secret.withBytes { bytes in
            secret_value_new(
                bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, type)
        }
    }

    /// Takes over what a call returned.
    init(owned value: OpaquePointer) {
        self.value = value
    }

    deinit {
        secret_value_unref(UnsafeMutableRawPointer(value))
    }

    /// The secret, of which libsecret keeps nothing. Services say what they like about its type.
    func open() -> Secret {
        defer { wipe() }
        var length: gsize = 0
        let bytes = secret_value_get(value, &length)
        return Secret(copying: UnsafeRawBufferPointer(start: bytes, count: Int(length)))
    }

    /// Wipes libsecret's copy, which no pending call may need any more.
    func wipe() {
        var length: gsize = 0
        let bytes = secret_value_get(value, &length)
        if let bytes { explicit_bzero(UnsafeMutableRawPointer(mutating: bytes), Int(length)) }
    }
}
