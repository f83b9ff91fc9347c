import CredentialCore

extension ImportedCredential {
    /// With the public key of an SSH key filled in, where the source has none: exports of ours have
    /// it, and are not read a second time.
    ///
    /// A key that is locked and came without its passphrase, or one on a machine without
    /// `ssh-keygen`, loses nothing by being kept as it is.
    ///
    /// - Throws: `badRequest` when it is no private key, `wrongKey` when the passphrase is another's.
    func withPublicKey() throws(CredentialError) -> ImportedCredential {
        guard kind == .sshKey, credential.setting("publicKey") == nil else { return self }
        var completed = self
        do throws(CredentialError) {
            try KindTemplate.sshKey.finish(&completed.credential, &completed.fields)
            return completed
        } catch  where error.code == .codeWanted || error.code == .system {
            Console.note(
                "\(shownAddress) is kept without its public key: \(error.problem)")
            return self
        }
    }
}
