import CredentialCore
import SecretJSON

/// Answers in JSON.
enum JSONReply {
    /// Reads an object; false when the body is none.
    static func read(_ body: Secret, into fields: inout ReplyFields) -> Bool {
        guard isObject(body) else { return false }
        body.withBytes { bytes in
            var reader = JSONReader(bytes, of: "the answer", expecting: "a JSON object")
            collect(&reader, at: [], into: &fields)
        }
        return true
    }

    private static func isObject(_ body: Secret) -> Bool {
        let read: Void? = try? body.withBytes { (bytes) throws(CredentialError) in
            var reader = JSONReader(bytes, of: "the answer", expecting: "a JSON object")
            try reader.readObject { _, reader throws(CredentialError) in try reader.skipValue() }
            try reader.readEnd()
        }
        return read != nil
    }

    /// Reads a value of any type. The JSON is known to be well formed, so a value is not of a type
    /// exactly when reading it as one fails, and that it does at the first byte.
    private static func collect(
        _ reader: inout JSONReader, at path: [UInt8], into fields: inout ReplyFields
    ) {
        if let text = try? reader.readString() {
            fields.add(text.secret, at: path)
            return
        }
        if let number = try? reader.readNumber() {
            fields.add(Secret(copying: Array(number.utf8)), at: path)
            return
        }
        let object: Void? = try? reader.readObject { name, reader throws(CredentialError) in
            collect(&reader, at: ReplyFields.path(name.bytes, in: path), into: &fields)
        }
        if object != nil { return }
        let array: Void? = try? reader.readArray { reader throws(CredentialError) in
            collect(&reader, at: path, into: &fields)
        }
        if array == nil { try? reader.skipValue() }
    }
}
