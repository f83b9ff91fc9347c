import Configuration
import CredentialCore

extension KindTemplate {
    /// A Kubernetes client configuration.
    static let kubeconfig = KindTemplate(
        name: "kubeconfig", kind: .kubeconfig, summary: "a kubeconfig, for kubectl and helm",
        fields: [
            FieldRule(
                name: "file", label: "kubeconfig file", place: .secret,
                hint: "The file that $KUBECONFIG names, or ~/.kube/config.", isLong: true,
                standardFiles: { surroundings in
                    let named = surroundings.variable("KUBECONFIG") ?? ""
                    return named.isEmpty
                        ? [surroundings.home + "/.kube/config"]
                        : named.split(separator: ":").map(String.init)
                },
                joiner: "`kubectl config view --raw --flatten`",
                checkSecret: { (file) throws(CredentialError) in _ = try Kubeconfig(reading: file) }
            )
        ],
        guide: [
            "`kubectl config view --raw --minify --flatten` prints the current context alone, "
                + "with its certificates in the file.",
            "Prefer a service account of its own with a Role in its namespace to an "
                + "administrator's file.",
        ],
        finish: { (credential, fields) throws(CredentialError) in
            guard let file = fields["file"] else { return }
            let kubeconfig = try Kubeconfig(reading: file)
            credential.set("context", to: kubeconfig.context)
            credential.set("cluster", to: kubeconfig.cluster)
            credential.set("server", to: kubeconfig.server)
            for path in kubeconfig.paths {
                Console.note("the file only names \(path), which does not travel with it")
            }
        })
}
