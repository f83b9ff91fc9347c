import CredentialCore

/// Secrets as lines that a shell reads: `NAME_FIELD='value'`.
enum EnvironmentExport {
    static func write(
        _ entries: [ExportedCredential], _ losses: inout ExportLosses
    ) -> Secret {
        let text = SecretBuffer(capacity: 1 << 12)
        var taken: [String: String] = [:]
        for (credential, fields) in entries {
            let variables = variables(of: credential, fields)
            let other = variables.lazy.compactMap { taken[$0.name] }.first
            if let other {
                losses.add(credential, "\(other) has variables of the same name")
                continue
            }
            let writable = variables.filter { $0.value.firstIndex(of: 0) == nil }
            guard !writable.isEmpty else {
                losses.add(credential, "no variable holds NUL")
                continue
            }
            for variable in variables where variable.value.firstIndex(of: 0) != nil {
                losses.add(credential, part: variable.part)
            }
            for variable in writable {
                taken[variable.name] = credential.name
                if credential.kind == .secret, variable.isRenamed {
                    losses.add(
                        credential, part: "the name `\(variable.part)`, now \(variable.name),")
                }
                text.append(Array("\(variable.name)=".utf8))
                ShellWord.write(variable.value, to: text)
                text.append("\n")
            }
            losses.addMetadata(of: credential)
            if !credential.bindings.isEmpty { losses.add(credential, part: "the bindings") }
        }
        return Secret(text)
    }

    private struct Variable {
        let name: String
        /// What the credential calls it.
        let part: String
        let value: Secret
        var isRenamed: Bool { name != part }
    }

    private static func variables(
        of credential: Credential, _ fields: SecretFields
    ) -> [Variable] {
        var variables: [Variable] = []
        if let username = credential.username {
            variables.append(
                Variable(
                    name: name(credential.name, "username"), part: "username",
                    value: Secret(copying: username)))
        }
        for field in fields.fields {
            let isName = credential.kind == .secret && EnvironmentReader.isName(field.name.utf8)
            let name = isName ? field.name : name(credential.name, field.name)
            // Two fields may differ in what a variable cannot hold.
            let isFree = !variables.contains { $0.name == name }
            variables.append(
                Variable(
                    name: isFree ? name : "\(name)_\(variables.count)", part: field.name,
                    value: field.value))
        }
        return variables
    }

    /// `AWS_SECRET_ACCESS_KEY` for the field `secretAccessKey` of `aws`.
    private static func name(_ credential: String, _ field: String) -> String {
        var name: [UInt8] = []
        var wasLower = false
        for byte in "\(credential)_\(field)".utf8 {
            let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            let isLower = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
            let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            if isUpper, wasLower { name.append(UInt8(ascii: "_")) }
            name.append(
                isLower ? byte & 0xDF : isUpper || isDigit ? byte : UInt8(ascii: "_"))
            wasLower = isLower
        }
        let startsWithDigit = name.first.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? true
        return (startsWithDigit ? "_" : "") + String(decoding: name, as: UTF8.self)
    }
}

/// A word of a shell's command line (POSIX, Shell Command Language, 2.2).
enum ShellWord {
    /// Writes a value as it is where nothing in it means anything to a shell, else in single quotes.
    static func write(_ value: Secret, to text: SecretBuffer) {
        value.withBytes { bytes in
            guard !bytes.allSatisfy(isPlain) else { return text.append(bytes) }
            text.append("'")
            for byte in bytes {
                if byte == UInt8(ascii: "'") { text.append("'\\'") }
                text.append(byte)
            }
            text.append("'")
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "%+,-./:=@_".utf8.contains(byte)
        }
    }
}
