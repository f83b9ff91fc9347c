import CredentialCore

/// What `GetSecrets` answers: secrets by the paths of their items. Those that are locked, or not
/// there, are left out (the Secret Service specification, "Service").
enum SecretsReply {
    /// Path, and session, parameters, value and content type.
    static let signature = "a{o(oayays)}"

    /// A copy of the secret of the item at `path`; nil when it has none to give.
    static func secret(in body: MessageReader, of path: String) -> Secret? {
        var secret: Secret?
        forEachSecret(in: body) { owner, value in
            if owner == path { secret = Secret(copying: value) }
        }
        return secret
    }

    /// Calls `body` with every secret, in place.
    static func forEachSecret(
        in reader: MessageReader, _ body: (String, UnsafeRawBufferPointer) -> Void
    ) {
        var reader = reader
        guard var entries = reader.readContainer(TypeCode.array) else { return }
        while var entry = entries.readContainer(TypeCode.dictionaryEntry) {
            guard let path = entry.readObjectPath(),
                var secret = entry.readContainer(TypeCode.structure)
            else { return }
            secret.skip()
            secret.skip()
            guard let value = secret.readBytes() else { return }
            body(path, value)
        }
    }
}
