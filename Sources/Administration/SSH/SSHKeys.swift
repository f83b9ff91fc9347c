import CSodium
import CredentialCore
import SealedFile
import SecretJSON

/// SSH keys, brought or made.
enum SSHKeys {
    /// Makes an Ed25519 key pair in OpenSSH's format.
    ///
    /// - Returns: the private key, and the public key's line as it stands in `authorized_keys`.
    static func generate(comment: String) -> (privateKey: Secret, publicKey: String) {
        let pair = OpenSSHKey()
        let comment = Printable.text(comment)
        return (pair.file(comment: comment), line(pair.publicBlob, comment: comment))
    }

    /// A private key as it is best kept: by itself, lines ended as ssh wants them. `ssh-add` and
    /// `ssh` take no OpenSSH key whose lines end otherwise, or whose last line does not end.
    ///
    /// - Throws: `badRequest` when it is no private key, or more than one.
    static func tidied(_ privateKey: Secret) throws(CredentialError) -> Secret {
        let text = try PrivateKeyText(privateKey)
        // OpenSSH reads Ed25519 keys in PKCS#8 only since 9.6, and then as nothing else.
        return OpenSSHKey(text)?.file(comment: "") ?? text.lines
    }

    /// Reads a private key: OpenSSH, PEM or PKCS#8; RSA, ECDSA or Ed25519.
    ///
    /// `ssh-keygen` opens it, and so proves the passphrase, even where the public half stands in
    /// clear beside the locked private one.
    ///
    /// - Parameter passphrase: what it is locked with, if it is.
    /// - Returns: the public key's line.
    /// - Throws: `badRequest` when it is no private key, or not locked though a passphrase is
    ///   given; `codeWanted` when it is locked and no passphrase is given; `wrongKey` when the
    ///   passphrase does not open it; `system` without an `ssh-keygen`.
    static func publicKey(
        of privateKey: Secret, passphrase: Secret?
    ) throws(CredentialError) -> String {
        let key = try tidied(privateKey)
        if let passphrase { try check(passphrase) }
        let answer = try SSHKeygen.publicKey(of: key, passphrase: passphrase)
        guard answer.isDone, answer.hasAsked == (passphrase != nil) else {
            throw failure(answer, hasPassphrase: passphrase != nil)
        }
        return Printable.text(answer.output.prefix { $0 != UInt8(ascii: "\n") })
    }

    private static func failure(_ answer: SSHKeygen, hasPassphrase: Bool) -> CredentialError {
        if answer.hasAsked, !hasPassphrase {
            return CredentialError(
                .codeWanted, "the private key is locked with a passphrase", remedy: "give it too")
        }
        if answer.isDone {
            return CredentialError(
                .badRequest, "a passphrase is given, but the private key is not locked",
                remedy: "leave the passphrase out")
        }
        if answer.hasAsked, answer.isRefused {
            return CredentialError(
                .wrongKey, "the passphrase does not open the private key",
                remedy: "give the one that it was locked with")
        }
        return CredentialError(
            .badRequest, "ssh-keygen cannot read the private key: \(answer.reason)",
            remedy:
                "it may be damaged, or of a kind newer than this OpenSSH; a locked Ed25519 key in "
                + "PKCS#8 takes OpenSSH 9.6, or `openssl pkey -in FILE`, which unlocks it")
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it; empty when this is no public key's line.
    static func fingerprint(of publicKey: String) -> String {
        let words = publicKey.split(separator: " ")
        guard words.count > 1,
            let blob = Array(words[1].utf8).withUnsafeBytes({ Base64.decode($0) })
        else { return "" }
        var hash = [UInt8](repeating: 0, count: crypto_hash_sha256_bytes())
        blob.withBytes { _ = crypto_hash_sha256(&hash, $0.start, UInt64($0.count)) }
        return "SHA256:" + base64(hash).prefix { $0 != "=" }
    }

    /// What ssh reads of an askpass program's answer: the first line, so many bytes of it.
    private static let passphraseLimit = 1023

    private static func check(_ passphrase: Secret) throws(CredentialError) {
        guard passphrase.isOneLine, 1...passphraseLimit ~= passphrase.count else {
            throw CredentialError(
                .badRequest, "this is no passphrase of an SSH key",
                remedy: "give one line of at most \(passphraseLimit) bytes")
        }
    }

    private static func line(_ blob: [UInt8], comment: String) -> String {
        let line = "\(OpenSSHKey.type) \(base64(blob))"
        return comment.isEmpty ? line : "\(line) \(comment)"
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        bytes.withUnsafeBytes { Base64.encode($0) { text.append($0) } }
        return String(decoding: text, as: UTF8.self)
    }
}
