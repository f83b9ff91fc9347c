import CredentialCore
import SecretJSON
import Transport

/// The members of a host's answer, each under the names that lead to it, joined by dots:
/// `authenticatedUser.descriptor`. Of two members of one name the first counts.
struct AnswerFields {
    /// What a member holds, as far as anybody asks here.
    enum Value {
        case text(Secret)
        case number(String)
        /// The texts of an array.
        case list([Secret])
        case object
    }

    /// More than any answer has that is asked for here.
    private static let limit = 512
    private var values: [String: Value] = [:]

    /// Reads a body in JSON, or a form where the answer says that it is one (GitHub's errors); nil
    /// when it is neither.
    init?(_ response: HTTPResponse) {
        let first = response.body.withBytes { bytes in bytes.first { $0 > 0x20 } }
        if first == UInt8(ascii: "{") {
            let read: Void? = try? readJSON(response.body)
            if read == nil { return nil }
        } else if response.mediaType == "application/x-www-form-urlencoded" {
            readForm(response.body)
        } else {
            return nil
        }
    }

    /// Reads JSON that came by another way.
    init(json: Secret) throws(CredentialError) {
        try readJSON(json)
    }

    /// What stands there; nil when nothing does.
    subscript(_ path: String) -> Value? { values[path] }

    /// The text there; nil when there is none, or an empty one.
    func secret(_ path: String) -> Secret? {
        guard case .text(let secret) = values[path], !secret.isEmpty else { return nil }
        return secret
    }

    /// The text or number there, where it is not secret; nil when there is none, or an empty one.
    func text(_ path: String) -> String? {
        if case .number(let number) = values[path] { return number }
        return secret(path).map { $0.withBytes { String(decoding: $0, as: UTF8.self) } }
    }

    /// The words there, of an array or of one text that separates them by spaces or commas; nil
    /// when there are neither.
    func words(_ path: String) -> [String]? {
        switch values[path] {
        case .list(let secrets):
            secrets.map { $0.withBytes { String(decoding: $0, as: UTF8.self) } }
        case .text: (text(path) ?? "").split { " ,".contains($0) }.map(String.init)
        default: nil
        }
    }

    private mutating func add(_ value: Value, at path: String) {
        guard values.count < Self.limit, values[path] == nil else { return }
        values[path] = value
    }
}

// MARK: - Forms

extension AnswerFields {
    /// Reads a form, as far as it is one.
    private mutating func readForm(_ body: Secret) {
        for field in body.withBytes({ FormText.fields(of: $0[...]) }).compactMap(\.self) {
            add(
                .text(field.value),
                at: field.name.withBytes { String(decoding: $0, as: UTF8.self) })
        }
    }
}

// MARK: - JSON

extension AnswerFields {
    private mutating func readJSON(_ body: Secret) throws(CredentialError) {
        // All of it is checked first, so that a value is not of a type exactly when reading it as
        // one fails, and that it does at the first byte.
        try body.withBytes { (bytes) throws(CredentialError) in
            var reader = JSONReader(bytes, of: "the answer", expecting: "a JSON object")
            try reader.readObject { _, reader throws(CredentialError) in try reader.skipValue() }
            try reader.readEnd()
        }
        body.withBytes { bytes in
            var reader = JSONReader(bytes, of: "the answer", expecting: "a JSON object")
            collect(&reader, at: "")
        }
    }

    private mutating func collect(_ reader: inout JSONReader, at path: String) {
        if let text = try? reader.readString() {
            add(.text(text.secret), at: path)
        } else if let number = try? reader.readNumber() {
            add(.number(number), at: path)
        } else if !collectMembers(&reader, at: path), !collectList(&reader, at: path) {
            try? reader.skipValue()
        }
    }

    private mutating func collectMembers(_ reader: inout JSONReader, at path: String) -> Bool {
        let read: Void? = try? reader.readObject { name, reader throws(CredentialError) in
            let member = String(decoding: name.bytes, as: UTF8.self)
            collect(&reader, at: path.isEmpty ? member : "\(path).\(member)")
        }
        if read != nil { add(.object, at: path) }
        return read != nil
    }

    private mutating func collectList(_ reader: inout JSONReader, at path: String) -> Bool {
        var texts: [Secret] = []
        let read: Void? = try? reader.readArray { reader throws(CredentialError) in
            if let text = try? reader.readString() {
                texts.append(text.secret)
            } else if !collectMembers(&reader, at: path) {
                // Of objects the first one's members count: `errors: [{code, message}]`.
                try reader.skipValue()
            }
        }
        if read != nil { add(.list(texts), at: path) }
        return read != nil
    }
}

extension HTTPResponse {
    /// Whether it is what was asked for.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// The type of the body, without its parameters.
    var mediaType: String {
        String((header("content-type") ?? "").prefix { $0 != ";" && $0 != " " }).lowercased()
    }
}
