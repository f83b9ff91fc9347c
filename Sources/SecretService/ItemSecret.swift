import CredentialCore
import SecretJSON

/// The bytes an item's secret consists of: a single field as it is, so that a password manager
/// shows it, several as one JSON object of strings.
///
/// A field of the object that is not UTF-8 is written in base64 (RFC 4648), and its name then ends
/// in `;base64`. A single empty field, which git knows, is told by its name: an item that holds
/// nothing is one whose secret was lost.
enum ItemSecret {
    private static let base64Mark = ";base64"
    private static let emptyMark = ";empty"

    /// The names by which ``fields(_:named:)`` finds the fields again.
    static func names(_ fields: SecretFields) -> [String] {
        let names = fields.fields.map(\.name)
        return isEmpty(fields) ? names.map { $0 + emptyMark } : names
    }

    private static func isEmpty(_ fields: SecretFields) -> Bool {
        fields.fields.count == 1 && fields.primary?.isEmpty == true
    }

    static func encoded(_ fields: SecretFields) -> Secret {
        if let only = fields.primary, fields.fields.count == 1, !only.isEmpty { return only }
        let size = fields.fields.reduce(2) { $0 + $1.name.utf8.count + 2 * $1.value.count + 16 }
        let json = SecretBuffer(capacity: size)
        func quote(_ bytes: UnsafeRawBufferPointer) {
            JSONEncoding.forEachByte(ofString: bytes) { json.append($0) }
        }
        json.append("{")
        for (index, field) in fields.fields.enumerated() {
            if index > 0 { json.append(",") }
            let isText = field.value.isText
            Array((field.name + (isText ? "" : base64Mark)).utf8).withUnsafeBytes(quote)
            json.append(":")
            if isText {
                field.value.withBytes(quote)
            } else {
                json.append("\"")
                field.value.withBytes { Base64.encode($0) { json.append($0) } }
                json.append("\"")
            }
        }
        json.append("}")
        return Secret(json)
    }

    /// The fields that a secret's bytes hold; nil when they are not what was written.
    static func fields(_ secret: Secret, named names: [String]) -> SecretFields? {
        guard !secret.isEmpty, let first = names.first else { return nil }
        var fields = SecretFields()
        if names.count == 1 {
            let isEmpty = first.hasSuffix(emptyMark)
            let name = isEmpty ? String(first.dropLast(emptyMark.utf8.count)) : first
            fields[name] = isEmpty ? Secret(copying: []) : secret
            return fields
        }
        let read: SecretFields? = try? secret.withBytes { bytes throws(CredentialError) in
            var reader = JSONReader(bytes, of: "the secret", expecting: "a JSON object")
            var fields = SecretFields()
            try reader.readObject { name, reader throws(CredentialError) in
                let value = try reader.readString()
                let buffer = SecretBuffer(capacity: 64)
                value.forEachByte { buffer.append($0) }
                let text = String(decoding: name.bytes, as: UTF8.self)
                guard text.hasSuffix(base64Mark) else {
                    fields[text] = Secret(buffer)
                    return
                }
                fields[String(text.dropLast(base64Mark.utf8.count))] =
                    buffer.withBytes(Base64.decode)
            }
            try reader.readEnd()
            return fields
        }
        return read.flatMap { Set($0.fields.map(\.name)) == Set(names) ? $0 : nil }
    }
}
