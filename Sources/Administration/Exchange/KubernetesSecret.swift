import CredentialCore
import SecretJSON

/// A Secret as a manifest has it.
struct KubernetesSecret {
    private(set) var type = "Opaque"
    private(set) var data: [(key: String, value: Secret)] = []
    /// Fields that cannot be keys.
    private(set) var dropped: [String] = []
    private var annotations: [(key: String, value: String)] = []
    var name = ""
    var namespace: String?
    private let kind: Kind

    init(_ credential: Credential, _ fields: SecretFields) {
        kind = credential.kind
        let rest = takeTyped(credential, fields)
        for field in rest {
            if KubernetesNames.isKey(field.name), !data.contains(where: { $0.key == field.name }) {
                data.append((field.name, field.value))
            } else {
                dropped.append(field.name)
            }
        }
        annotate(credential)
    }

    /// Puts the fields into the keys of a type that other programs know.
    ///
    /// - Returns: the fields that have no key there.
    private mutating func takeTyped(
        _ credential: Credential, _ fields: SecretFields
    ) -> [SecretFields.Field] {
        let username = credential.username.map { Secret(copying: $0) }
        let logins = RegistryLogin.logins(of: credential, fields, wildcards: true).logins
        if !logins.isEmpty {
            type = "kubernetes.io/dockerconfigjson"
            let json = SecretBuffer(capacity: 1 << 10)
            RegistryLogin.write(logins, to: json)
            data = [(".dockerconfigjson", Secret(json))]
            return Array(fields.fields.dropFirst())
        }
        switch credential.kind {
        case .password:
            guard let username else { return fields.fields }
            type = "kubernetes.io/basic-auth"
            data = [("username", username)]
            return fields.fields
        case .sshKey:
            guard let key = fields.primary else { return fields.fields }
            type = "kubernetes.io/ssh-auth"
            data = [("ssh-privatekey", key)]
            return Array(fields.fields.dropFirst())
        case .secret:
            if Set(fields.fields.map(\.name)) == ["tls.crt", "tls.key"] {
                type = "kubernetes.io/tls"
            }
            return fields.fields
        default:
            if let username { data = [("username", username)] }
            return fields.fields
        }
    }

    private mutating func annotate(_ credential: Credential) {
        let isWritten = data.contains { $0.key == "username" } && kind != .secret
        for part in KubernetesExport.annotated where part != "username" || !isWritten {
            guard let value = CredentialText.value(part, of: credential) else { continue }
            let text = String(validating: value, as: UTF8.self)
            annotate(KubernetesExport.prefix + part, text, part: part)
        }
        for setting in credential.settings {
            let isName = KubernetesNames.isLabelValue(setting.name)
            annotate(
                KubernetesExport.settingPrefix + setting.name, isName ? setting.value : nil,
                part: setting.name)
        }
    }

    /// Adds an annotation, unless YAML cannot carry it: some parsers drop a byte order mark.
    private mutating func annotate(_ key: String, _ value: String?, part: String) {
        if let value, !value.unicodeScalars.contains("\u{FEFF}") {
            annotations.append((key, value))
        } else {
            dropped.append(part)
        }
    }

    func write(to yaml: SecretBuffer) {
        let quoted = { (text: String) in YAMLText.quoted(text) }
        var text = "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: \(quoted(name))\n"
        if let namespace { text += "  namespace: \(quoted(namespace))\n" }
        text += "  labels:\n    app.kubernetes.io/managed-by: keyfob\n"
        text += "    keyfob.dev/kind: \(quoted(kind.name))\n  annotations:\n"
        for (key, value) in annotations { text += "    \(key): \(quoted(value))\n" }
        text += "type: \(quoted(type))\ndata:\n"
        yaml.append(Array(text.utf8))
        for (key, value) in data {
            yaml.append(Array("  \(quoted(key)): \"".utf8))
            value.withBytes { Base64.encode($0) { yaml.append($0) } }
            yaml.append("\"\n")
        }
    }
}
