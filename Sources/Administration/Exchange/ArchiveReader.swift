import CredentialCore
import SecretJSON

extension CredentialArchive {
    /// Reads what ``encode(_:)`` writes.
    ///
    /// - Parameter name: what is read, for messages.
    /// - Throws: `badRequest` where it is none, naming the entry; `newerVersion`, `limit`.
    static func decode(
        _ json: Secret, of name: String
    ) throws(CredentialError) -> [ImportedCredential] {
        do throws(CredentialError) {
            return try json.withBytes { (bytes) throws(CredentialError) in
                var reader = JSONReader(
                    bytes, of: "it", expecting: "what `keyfob export --format json` writes")
                return try entries(&reader)
            }
        } catch {
            throw CredentialError(error.code, "\(name): \(error.problem)", remedy: error.remedy)
        }
    }

    private static func entries(
        _ reader: inout JSONReader
    ) throws(CredentialError) -> [ImportedCredential] {
        var isKnown = false
        var isVersioned = false
        var list: JSONReader?
        try reader.readObject { (key, reader) throws(CredentialError) in
            if key.isExactly("format") {
                isKnown = try reader.readString().text == format
            } else if key.isExactly("version") {
                try check(version: try reader.readNumber())
                isVersioned = true
            } else {
                // Read when the version is known, which may follow: programs that sort names
                // move it.
                if key.isExactly("credentials") {
                    guard list == nil else { throw twice("credentials") }
                    list = reader
                }
                try reader.skipValue()
            }
        }
        try reader.readEnd()
        guard isKnown, isVersioned, var list else {
            throw CredentialError(
                .badRequest, "it is not what `keyfob export --format json` writes")
        }
        return try entries(of: &list)
    }

    /// Far above what one file is likely to hold, far below what could fill the memory.
    private static let entryLimit = 1_000_000

    private static func entries(
        of list: inout JSONReader
    ) throws(CredentialError) -> [ImportedCredential] {
        var entries: [ImportedCredential] = []
        var names: Set<String> = []
        try list.readArray { (reader) throws(CredentialError) in
            var entry = ArchiveEntry()
            do throws(CredentialError) {
                try entry.read(&reader)
                guard names.insert(entry.credential.name).inserted else {
                    throw CredentialError(.badRequest, "another before it has its name")
                }
                guard entries.count < entryLimit else {
                    throw CredentialError(.limit, "it has more than \(entryLimit) credentials")
                }
                entries.append(try entry.checked())
            } catch {
                let name = entry.credential.name.isEmpty ? "" : ", \(entry.credential.name)"
                throw CredentialError(
                    error.code, "credential \(entries.count + 1)\(name): \(error.problem)",
                    remedy: error.remedy)
            }
        }
        return entries
    }

    private static func check(version text: String) throws(CredentialError) {
        guard let number = Int(text), number > 0 else {
            throw CredentialError(.badRequest, "its version is no number of one")
        }
        guard number == version else {
            throw CredentialError(
                .newerVersion, "it is of version \(number), which a newer keyfob wrote",
                remedy: "use that one")
        }
    }

    fileprivate static func twice(_ key: String) -> CredentialError {
        CredentialError(.badRequest, "it has `\(key)` twice")
    }
}

/// One credential of an archive as it is read.
private struct ArchiveEntry {
    private(set) var credential = ImportedCredential.blank(.secret)
    private var fields = SecretFields()
    private var seen: Set<String> = []

    private static let required = ["name", "kind", "secrets"]

    mutating func read(_ reader: inout JSONReader) throws(CredentialError) {
        var entry = self
        defer { self = entry }
        try reader.readObject { (key, reader) throws(CredentialError) in
            let key = key.text
            guard try entry.read(key, &reader) else { return try reader.skipValue() }
            guard entry.seen.insert(key).inserted else { throw CredentialArchive.twice(key) }
        }
    }

    /// The credential, if all of it was there.
    func checked() throws(CredentialError) -> ImportedCredential {
        for key in Self.required where !seen.contains(key) {
            throw CredentialError(.badRequest, "it has no `\(key)`")
        }
        return ImportedCredential(credential, try PortableRules.checked(fields, credential.kind))
    }

    /// Whether the key is known; its value was read then.
    private mutating func read(
        _ key: String, _ reader: inout JSONReader
    ) throws(CredentialError) -> Bool {
        switch key {
        case "createdAt": credential.createdAt = try Self.time(&reader)
        case "updatedAt": credential.updatedAt = try Self.time(&reader)
        case "expiresAt": credential.expiresAt = try Self.time(&reader)
        case "rotateAfter": credential.rotateAfter = try Self.time(&reader)
        case "settings": credential.settings = try Self.settings(&reader)
        case "bindings": credential.bindings = try Self.bindings(&reader)
        case "secrets": fields = try Self.secrets(&reader)
        case "username", "authtype":
            let value = try Self.value(&reader)
            try PortableRules.apply(key, value.plainBytes(0..<value.count), to: &credential)
        case "name", "kind", "description", "scope", "origin":
            try PortableRules.apply(key, try reader.readString().bytes, to: &credential)
        default: return false
        }
        return true
    }

    private static func time(_ reader: inout JSONReader) throws(CredentialError) -> Int64 {
        let text = try reader.readNumber()
        guard let time = Int64(text), PortableRules.times.contains(time) else {
            throw CredentialError(.badRequest, "`\(text.prefix(40))` is no time in seconds")
        }
        return time
    }

    private static func settings(
        _ reader: inout JSONReader
    ) throws(CredentialError) -> [Credential.Setting] {
        var settings: [Credential.Setting] = []
        try reader.readObject { (key, reader) throws(CredentialError) in
            let value = try reader.readString().bytes
            try PortableRules.add(key.text, value, to: &settings)
        }
        return settings
    }

    private static func bindings(
        _ reader: inout JSONReader
    ) throws(CredentialError) -> [Binding] {
        var bindings: [Binding] = []
        try reader.readArray { (reader) throws(CredentialError) in
            try PortableRules.add(try reader.readString().bytes, to: &bindings)
        }
        return bindings
    }

    private static func secrets(
        _ reader: inout JSONReader
    ) throws(CredentialError) -> SecretFields {
        var fields = SecretFields()
        try reader.readObject { (key, reader) throws(CredentialError) in
            try PortableRules.add(key.text, try value(&reader), to: &fields)
        }
        return fields
    }

    /// A string, or an object with base64 in it.
    private static func value(_ reader: inout JSONReader) throws(CredentialError) -> Secret {
        var ahead = reader
        var decoded: Secret?
        do throws(CredentialError) {
            try ahead.readObject { (key, reader) throws(CredentialError) in
                guard key.isExactly("base64") else { return try reader.skipValue() }
                decoded = try reader.readString().secret.withBytes(Base64.decode)
            }
        } catch {
            // No object: a string, or what is wrong is said by who reads that.
            return try reader.readString().secret
        }
        reader = ahead
        guard let decoded else { throw CredentialError(.badRequest, "a `base64` in it is none") }
        return decoded
    }
}

extension JSONText {
    /// The decoded text, where it is not secret.
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }

    fileprivate func isExactly(_ name: String) -> Bool { bytes.elementsEqual(name.utf8) }
}
