import CredentialCore

/// The parts of a credential as files carry them: what is believed of them, whoever wrote them.
enum PortableRules {
    /// Up to the year 9999, the last that ISO 8601 writes with four digits.
    static let times: ClosedRange<Int64> = 0...253_402_300_799
    private static let textLimit = 65_535
    private static let secretLimit = 4 << 20
    /// How many bindings, and how many settings, a credential may have. Each is compared with all
    /// before it.
    private static let countLimit = 4096

    /// Sets one part by its name in files.
    ///
    /// - Throws: `badRequest` with what is wrong with it.
    static func apply(
        _ part: String, _ value: [UInt8], to credential: inout Credential
    ) throws(CredentialError) {
        switch part {
        case "name":
            let name = try text(part, value)
            try CredentialName.check(name)
            credential.name = name
        case "kind":
            let name = try text(part, value)
            guard let kind = Kind(name: name) else {
                throw CredentialError(.badRequest, "`\(name)` is no kind of credential")
            }
            credential.kind = kind
        case "username":
            guard value.count <= 4096, !value.contains(where: { $0 < 32 || $0 == 127 }) else {
                throw CredentialError(
                    .badRequest, "its user name holds control bytes or is too long")
            }
            credential.username = value
        case "description": credential.description = try text(part, value)
        case "scope": credential.scope = try Scope(value)
        case "origin":
            let name = try text(part, value)
            guard let origin = Origin.allCases.first(where: { $0.name == name }) else {
                throw CredentialError(.badRequest, "`\(name)` is no origin")
            }
            credential.origin = origin
        case "authtype":
            guard !value.isEmpty, value.count <= 255, value.allSatisfy({ 0x20 < $0 && $0 < 0x7F })
            else {
                throw CredentialError(.badRequest, "its authtype is no word")
            }
            credential.authtype = value
        case "createdAt": credential.createdAt = try time(value)
        case "updatedAt": credential.updatedAt = try time(value)
        case "expiresAt": credential.expiresAt = try time(value)
        case "rotateAfter": credential.rotateAfter = try time(value)
        case "bindings":
            for word in value.split(whereSeparator: { $0 == 0x20 || 0x09...0x0D ~= $0 }) {
                try add(Array(word), to: &credential.bindings)
            }
        default: throw CredentialError(.badRequest, "`\(part)` is unknown")
        }
    }

    static func add(
        _ binding: [UInt8], to bindings: inout [Binding]
    ) throws(CredentialError) {
        guard bindings.count < countLimit else {
            throw CredentialError(.limit, "it has more than \(countLimit) bindings")
        }
        let binding = try Binding(parsing: binding)
        guard !bindings.contains(binding) else {
            throw CredentialError(.badRequest, "it has the binding \(binding.text) twice")
        }
        bindings.append(binding)
    }

    static func add(
        _ name: String, _ value: [UInt8], to settings: inout [Credential.Setting]
    ) throws(CredentialError) {
        guard settings.count < countLimit else {
            throw CredentialError(.limit, "it has more than \(countLimit) settings")
        }
        try check(name, "setting", isTaken: settings.contains { $0.name == name })
        settings.append(Credential.Setting(name: name, value: try text(name, value)))
    }

    static func add(
        _ name: String, _ value: Secret, to fields: inout SecretFields
    ) throws(CredentialError) {
        try check(name, "field", isTaken: fields[name] != nil)
        guard value.count <= secretLimit else {
            throw CredentialError(.limit, "its field `\(name)` is longer than 4 MiB")
        }
        guard fields.fields.count < 255 else {
            throw CredentialError(.limit, "it has more than 255 secret fields")
        }
        fields[name] = value
    }

    /// The fields in the order of their kind.
    ///
    /// - Throws: `badRequest` when the kind has no such field, or the one that clients are given is
    ///   missing.
    static func checked(
        _ fields: SecretFields, _ kind: Kind
    ) throws(CredentialError) -> SecretFields {
        guard fields.fields.contains(where: { !$0.value.isEmpty }) else {
            throw CredentialError(.badRequest, "it holds no secret")
        }
        guard let first = kind.secretFields.first else { return fields }
        for field in fields.fields where !kind.secretFields.contains(field.name) {
            throw CredentialError(
                .badRequest, "a credential of the kind \(kind.name) has no field `\(field.name)`")
        }
        guard fields[first]?.isEmpty == false else {
            throw CredentialError(.badRequest, "its \(first) is missing")
        }
        var ordered = SecretFields()
        for name in kind.secretFields { ordered[name] = fields[name] }
        return ordered
    }

    private static func check(
        _ name: String, _ what: String, isTaken: Bool
    ) throws(CredentialError) {
        let isControl = name.utf8.contains { $0 < 32 || $0 == 127 }
        guard !name.isEmpty, name.utf8.count <= 255, !isControl else {
            throw CredentialError(
                .badRequest, "`\(Printable.text(String(name.prefix(60))))` is no name of a \(what)")
        }
        guard !isTaken else {
            throw CredentialError(.badRequest, "it has the \(what) `\(name)` twice")
        }
    }

    /// Text that is not secret.
    private static func text(_ part: String, _ value: [UInt8]) throws(CredentialError) -> String {
        guard value.count <= textLimit, let text = String(validating: value, as: UTF8.self) else {
            throw CredentialError(.badRequest, "its \(part) is no text, or too long")
        }
        return text
    }

    private static func time(_ value: [UInt8]) throws(CredentialError) -> Int64 {
        let time = try Moment.parse(String(decoding: value, as: UTF8.self), now: 0)
        guard times.contains(time) else {
            throw CredentialError(.badRequest, "its time is out of range")
        }
        return time
    }
}
