public import CredentialCore

extension Draft {
    /// What a client's copy of this secret is recognised by once an edit has replaced it.
    ///
    /// It takes the store key. Where only the sealed file is locked, and the secret rests
    /// elsewhere, it is empty, and the client's copy is not recognised.
    ///
    /// - Throws: `locked` when the store key is not at hand.
    public func fingerprint(
        of credential: Credential, username: [UInt8]?, secret: Secret
    ) throws(CredentialError) -> [UInt8] {
        if credential.store != .file, (try? readStoreKey()) == nil { return [] }
        let message = SecretBuffer(capacity: 64 + secret.count)
        var start = credential.id.bytes
        start.append(integer: UInt32(username?.count ?? 0))
        message.append(start + (username ?? []))
        message.append(secret)
        let key = try readStoreKey().fingerprints
        return message.withBytes { Sodium.mac($0, key: key) }
    }

    /// Whether a secret is the one that the last edit of a credential replaced, for this user.
    ///
    /// - Throws: `locked` when the store key is not at hand.
    public func isReplaced(
        _ secret: Secret, by id: CredentialID, username: [UInt8]?
    ) throws(CredentialError) -> Bool {
        guard let credential = credential(id), !credential.replacedFingerprint.isEmpty else {
            return false
        }
        // A token may have been stored without the user name that clients give back.
        for username in [username, nil] {
            let fingerprint = try fingerprint(of: credential, username: username, secret: secret)
            if credential.replacedFingerprint == fingerprint { return true }
        }
        return false
    }
}

extension SealedFile {
    /// As ``Draft/isReplaced(_:by:username:)``, for who changes nothing.
    ///
    /// - Throws: what reading the file throws.
    public func isReplaced(
        _ secret: Secret, by id: CredentialID, username: [UInt8]?
    ) throws(CredentialError) -> Bool {
        try Draft(self).isReplaced(secret, by: id, username: username)
    }
}
