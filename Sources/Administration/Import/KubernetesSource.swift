import CredentialCore
import SecretJSON

/// The Secrets in manifests or in what `kubectl get secrets -o yaml` prints.
///
/// <https://kubernetes.io/docs/concepts/configuration/secret/#secret-types>
struct KubernetesSource: ImportSource {
    private let input: ImportInput
    private let scopeLabels: [String]

    /// - Parameter scopeLabels: the labels whose values become scopes below the namespace's.
    init(_ input: ImportInput, scopeLabels: [String] = []) {
        self.input = input
        self.scopeLabels = scopeLabels
    }

    var isWhole: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        let objects: [KubernetesObject]
        do throws(CredentialError) {
            let first = input.bytes.withBytes { bytes in
                bytes.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
            }
            objects =
                first == UInt8(ascii: "{")
                ? try input.bytes.withBytes(KubernetesObject.objects(json:))
                : try KubernetesYAML.objects(input.bytes)
        } catch {
            throw CredentialError(
                error.code, "\(input.name), \(error.problem)", remedy: error.remedy)
        }
        var counts: [String: Int] = [:]
        for object in objects where object.kind == "Secret" { counts[object.name, default: 0] += 1 }
        return objects.flatMap { object in
            KubernetesSecretReader(
                object, in: input, isOnly: counts[object.name] == 1, scopeLabels
            ).entries()
        }
    }
}

/// Makes credentials of one Secret.
private struct KubernetesSecretReader {
    private static let configKey = ".dockerconfigjson"
    private static let legacyKey = ".dockercfg"
    private let object: KubernetesObject
    private let input: ImportInput
    /// Whether no other Secret, of another namespace, has its name.
    private let isOnly: Bool
    private let scopeLabels: [String]

    init(
        _ object: KubernetesObject, in input: ImportInput, isOnly: Bool, _ scopeLabels: [String]
    ) {
        self.scopeLabels = scopeLabels
        self.object = object
        self.input = input
        self.isOnly = isOnly
    }

    private var place: String { "\(input.name), \(object.place)" }
    private var address: String {
        object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
    }

    /// Whether an export of ours wrote it.
    private var isOurs: Bool {
        object.annotations[KubernetesExport.prefix + "bindings"] != nil
            || object.annotations[KubernetesExport.prefix + "name"] != nil
    }

    func entries() -> [ImportEntry] {
        guard object.kind == "Secret" else {
            let kind = object.kind.isEmpty ? "nothing that has a kind" : "a \(object.kind)"
            return [told(.passedOver("it is \(kind), not a Secret"))]
        }
        switch object.type {
        case "kubernetes.io/dockerconfigjson": return logins(Self.configKey)
        case "kubernetes.io/dockercfg": return logins(Self.legacyKey)
        case "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/tls", "Opaque",
            "":
            return [
                entry { () throws(CredentialError) in try plain(try values()).withPublicKey() }
            ]
        default: return [told(.passedOver("it is of the type \(object.type)"))]
        }
    }

    private func told(_ finding: ImportEntry.Finding) -> ImportEntry {
        ImportEntry(place: place, address: address, finding)
    }

    private func entry(
        _ reading: () throws(CredentialError) -> ImportedCredential
    ) -> ImportEntry {
        ImportEntry(place: place, address: address, reading: reading)
    }

    /// The decoded values; those of `stringData` count more.
    private func values() throws(CredentialError) -> [(key: String, value: Secret)] {
        if let key = object.broken.first {
            throw CredentialError(.badRequest, "its `\(key)` is no text")
        }
        var values: [(key: String, value: Secret)] = []
        for (key, text) in object.data where !object.stringData.contains(where: { $0.key == key }) {
            // A block of YAML ends with a line feed.
            guard let value = text.withoutLineEnds.withBytes(Base64.decode) else {
                throw CredentialError(.badRequest, "its `\(key)` is not base64")
            }
            values.append((key, value))
        }
        return values + object.stringData
    }

    // MARK: Registry logins

    private func logins(_ key: String) -> [ImportEntry] {
        let found: [ImportEntry]
        let rest: [(key: String, value: Secret)]
        do throws(CredentialError) {
            var values = try values()
            guard let index = values.firstIndex(where: { $0.key == key }) else {
                throw CredentialError(.badRequest, "it has no `\(key)`")
            }
            let json = values.remove(at: index).value
            rest = values
            let name = "the `\(key)` of \(address)"
            let document = try JSONDocument(
                key == Self.legacyKey ? Self.wrapped(json) : json, path: name)
            found = RegistryAuths(document, SourceFile(named: place, json)).entries()
        } catch {
            return [entry { () throws(CredentialError) in throw error }]
        }
        guard !found.isEmpty else { return [told(.passedOver("it holds no login"))] }
        if isOurs, let login = found.first?.login,
            found.allSatisfy({ $0.login?.isSame(as: login) ?? false })
        {
            return [entry { () throws(CredentialError) in try restored(login, rest) }]
        }
        return found.enumerated().map { index, entry in
            var entry = entry
            entry.place = place
            entry.removal = nil
            if case .login(var login) = entry.finding {
                let name = found.count == 1 ? name : "\(name)-\(index + 1)"
                entry.finding = .refused("its namespace and labels are no scope")
                if let scope = try? scope() {
                    login.credential.name = name
                    login.credential.scope = scope
                    entry.finding = .login(login)
                }
            }
            return entry
        }
    }

    /// `.dockercfg` is what later became a member of a larger object.
    private static func wrapped(_ json: Secret) -> Secret {
        let wrapped = SecretBuffer(capacity: json.count + 10)
        wrapped.append("{\"auths\":")
        wrapped.append(json)
        wrapped.append("}")
        return Secret(wrapped)
    }

    /// The credential that a login of ours was.
    private func restored(
        _ login: ImportedCredential, _ rest: [(key: String, value: Secret)]
    ) throws(CredentialError) -> ImportedCredential {
        var credential = try annotated(login.kind)
        if object.annotations[KubernetesExport.prefix + "kind"] == nil {
            credential.username = login.username
        }
        var fields = SecretFields()
        let primary = credential.kind.secretFields.first ?? "secret"
        if let secret = login.fields.primary { try PortableRules.add(primary, secret, to: &fields) }
        for (key, value) in rest { try PortableRules.add(key, value, to: &fields) }
        return ImportedCredential(credential, try PortableRules.checked(fields, credential.kind))
    }

    // MARK: Everything else

    private func plain(
        _ values: [(key: String, value: Secret)]
    ) throws(CredentialError) -> ImportedCredential {
        let kinds: [String: Kind] = [
            "kubernetes.io/basic-auth": .password, "kubernetes.io/ssh-auth": .sshKey,
        ]
        var credential = try annotated(kinds[object.type] ?? .secret)
        var fields = SecretFields()
        for (key, value) in values {
            if key == "username", credential.kind != .secret {
                try PortableRules.apply(
                    key, value.plainBytes(0..<value.count), to: &credential)
            } else {
                let isKey = key == "ssh-privatekey" && credential.kind == .sshKey
                try PortableRules.add(isKey ? "privateKey" : key, value, to: &fields)
            }
        }
        // Keys that other programs keep beside a login or a key are no part of it.
        if !isOurs, let known = kinds[object.type]?.secretFields {
            for field in fields.fields where !known.contains(field.name) {
                fields[field.name] = nil
            }
        }
        return ImportedCredential(credential, try PortableRules.checked(fields, credential.kind))
    }

    /// What is not secret: by its annotations, else by its name and namespace.
    private func annotated(_ kind: Kind) throws(CredentialError) -> Credential {
        var credential = ImportedCredential.blank(kind)
        credential.name = name
        if !isOurs, object.annotations[KubernetesExport.prefix + "scope"] == nil {
            credential.scope = try scope()
        }
        for part in KubernetesExport.annotated {
            guard let text = object.annotations[KubernetesExport.prefix + part] else { continue }
            try PortableRules.apply(part, Array(text.utf8), to: &credential)
        }
        let prefix = KubernetesExport.settingPrefix
        for (key, value) in object.annotations.sorted(by: { $0.key < $1.key })
        where key.hasPrefix(prefix) {
            try PortableRules.add(
                String(key.dropFirst(prefix.count)), Array(value.utf8), to: &credential.settings)
        }
        return credential
    }

    /// The namespace, and below it what the labels say that were asked for.
    private func scope() throws(CredentialError) -> Scope {
        let values = [object.namespace] + scopeLabels.compactMap { object.labels[$0] }
        return try Scope(values.filter { !$0.isEmpty }.joined(separator: "/").utf8)
    }

    /// Its name, with the namespace before it where another has the same.
    private var name: String {
        let name =
            isOnly || object.namespace.isEmpty ? object.name : "\(object.namespace)-\(object.name)"
        return String(name.prefix(100))
    }
}

extension ImportedCredential {
    /// Whether user and secret are the same.
    fileprivate func isSame(as other: ImportedCredential) -> Bool {
        username == other.username && fields.matches(other.fields)
    }
}
