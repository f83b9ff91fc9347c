import CredentialCore

extension KindTemplate {
    /// An SSH key pair.
    static let sshKey = KindTemplate(
        name: "ssh-key", kind: .sshKey, summary: "an SSH key pair",
        fields: [
            FieldRule(
                name: "username", label: "user name", place: .username, isRequired: false,
                hint: "The user it logs in as, if it is always the same."),
            FieldRule(
                name: "privateKey", label: "private key", place: .secret,
                hint: "A file of OpenSSH, PEM or PKCS#8, such as ~/.ssh/id_ed25519.", isLong: true),
            FieldRule(
                name: "passphrase", label: "passphrase", place: .secret, isRequired: false,
                hint: "What the private key is locked with, if it is.",
                checkSecret: FieldCheck.oneSecretLine),
        ],
        guide: ["RSA, ECDSA and Ed25519 keys will do; the public key is worked out."],
        finish: { (credential, fields) throws(CredentialError) in
            guard let privateKey = try fields["privateKey"].map(SSHKeys.tidied) else { return }
            fields["privateKey"] = privateKey
            let publicKey: String
            do throws(CredentialError) {
                publicKey = try SSHKeys.publicKey(of: privateKey, passphrase: fields["passphrase"])
            } catch  where error.code == .codeWanted {
                throw CredentialError(
                    .codeWanted, error.problem,
                    remedy: "give it too, with `--field passphrase=prompt` or `passphrase=@PATH`")
            }
            credential.set("publicKey", to: publicKey)
            credential.set("fingerprint", to: SSHKeys.fingerprint(of: publicKey))
        })
}
