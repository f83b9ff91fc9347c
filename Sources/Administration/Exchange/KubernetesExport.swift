import CredentialCore

/// Credentials as Secret manifests (YAML), each of the type that Kubernetes has for it.
///
/// Annotations hold what a Secret has no place for, so that an import gives the same credential.
/// Every string is in double quotes, where YAML and JSON agree, so no secret leaves secret memory
/// for an emitter's strings.
/// <https://kubernetes.io/docs/concepts/configuration/secret/#secret-types>
struct KubernetesExport {
    /// Whose manifests and annotations these are.
    static let prefix = "keyfob.dev/"
    /// The parts of a credential that have annotations.
    static let annotated = [
        "name", "kind", "username", "scope", "bindings", "description", "expiresAt", "rotateAfter",
        "authtype",
    ]
    /// What a setting's annotation begins with.
    static let settingPrefix = "setting.keyfob.dev/"
    private static let sizeLimit = 1 << 20
    private let namespace: String?

    /// - Parameter namespace: nil for the last word of each scope.
    init(namespace: String?) {
        self.namespace = namespace
    }

    func write(_ entries: [ExportedCredential], _ losses: inout ExportLosses) -> Secret {
        let yaml = SecretBuffer(capacity: 1 << 16)
        var names = KubernetesNames()
        for entry in entries {
            var secret = KubernetesSecret(entry.credential, entry.fields)
            guard !secret.data.isEmpty else {
                losses.add(entry.credential, "its fields cannot be keys of a Secret")
                continue
            }
            guard secret.data.reduce(0, { $0 + $1.value.count }) <= Self.sizeLimit else {
                losses.add(entry.credential, "Kubernetes takes no more than 1 MiB")
                continue
            }
            for name in secret.dropped { losses.add(entry.credential, part: name) }
            secret.namespace = namespace ?? KubernetesNames.namespace(for: entry.credential.scope)
            secret.name = names.name(for: entry.credential.name, in: secret.namespace)
            secret.write(to: yaml)
        }
        return Secret(yaml)
    }
}
