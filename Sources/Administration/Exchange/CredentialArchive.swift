import CredentialCore
import SecretJSON

/// Credentials with their secrets as Keyfob's own JSON: what `export --format json` writes, and what
/// a sealed export and a seed bundle hold. `Format.md` beside this describes it.
enum CredentialArchive {
    static let format = "keyfob-credentials"
    static let version = 1

    /// The JSON, in secret memory: one credential a line.
    static func encode(_ entries: [(credential: Credential, fields: SecretFields)]) -> Secret {
        let json = SecretBuffer(capacity: 1 << 16)
        json.append("{\"format\":\"keyfob-credentials\",\"version\":1,\"credentials\":[")
        for (index, entry) in entries.enumerated() {
            json.append(index == 0 ? "\n" : ",\n")
            append(entry.credential, entry.fields, to: json)
        }
        json.append("\n]}\n")
        return Secret(json)
    }

    private static func append(
        _ credential: Credential, _ fields: SecretFields, to json: SecretBuffer
    ) {
        json.append("{\"name\":")
        append(credential.name, to: json)
        json.append(",\"kind\":")
        append(credential.kind.name, to: json)
        if let username = credential.username {
            json.append(",\"username\":")
            append(Secret(copying: username), to: json)
        }
        if !credential.description.isEmpty {
            json.append(",\"description\":")
            append(credential.description, to: json)
        }
        if !credential.scope.isNone {
            json.append(",\"scope\":")
            append(credential.scope.text, to: json)
        }
        json.append(",\"origin\":")
        append(credential.origin.name, to: json)
        append(",\"createdAt\":", credential.createdAt, to: json)
        append(",\"updatedAt\":", credential.updatedAt, to: json)
        append(",\"expiresAt\":", credential.expiresAt, to: json)
        append(",\"rotateAfter\":", credential.rotateAfter, to: json)
        if let authtype = credential.authtype {
            json.append(",\"authtype\":")
            append(Secret(copying: authtype), to: json)
        }
        if !credential.settings.isEmpty {
            append(",\"settings\":{", credential.settings, closing: "}", to: json) { setting in
                append(setting.name, to: json)
                json.append(":")
                append(setting.value, to: json)
            }
        }
        append(",\"bindings\":[", credential.bindings, closing: "]", to: json) { binding in
            append(binding.text, to: json)
        }
        append(",\"secrets\":{", fields.fields, closing: "}", to: json) { field in
            append(field.name, to: json)
            json.append(":")
            append(field.value, to: json)
        }
        json.append("}")
    }

    /// A string, or an object with base64 for what is no text.
    private static func append(_ value: Secret, to json: SecretBuffer) {
        guard value.isText else {
            json.append("{\"base64\":\"")
            value.withBytes { Base64.encode($0) { json.append($0) } }
            return json.append("\"}")
        }
        value.withBytes { bytes in
            JSONEncoding.forEachByte(ofString: bytes) { json.append($0) }
        }
    }

    private static func append(_ text: String, to json: SecretBuffer) {
        var text = text
        text.withUTF8 { bytes in
            JSONEncoding.forEachByte(ofString: UnsafeRawBufferPointer(bytes)) { json.append($0) }
        }
    }

    private static func append(_ name: StaticString, _ time: Int64?, to json: SecretBuffer) {
        guard let time else { return }
        json.append(name)
        json.append(Array(String(time).utf8))
    }

    private static func append<Item>(
        _ opening: StaticString, _ items: [Item], closing: StaticString, to json: SecretBuffer,
        _ item: (Item) -> Void
    ) {
        json.append(opening)
        for (index, each) in items.enumerated() {
            if index > 0 { json.append(",") }
            item(each)
        }
        json.append(closing)
    }
}
