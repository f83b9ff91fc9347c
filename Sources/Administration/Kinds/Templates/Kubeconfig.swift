import CredentialCore
import Yams

/// What is not secret in a kubeconfig: its current context.
///
/// See https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
struct Kubeconfig {
    /// The current context's name.
    let context: String
    /// The name of its cluster.
    let cluster: String
    /// Where the cluster is: `https://10.0.0.1:6443`.
    let server: String
    /// The files and programs that it names instead of holding what is in them.
    let paths: [String]

    /// Reads a kubeconfig.
    ///
    /// - Throws: `badRequest` with what is wrong, `limit` when it is too long.
    init(reading file: Secret) throws(CredentialError) {
        guard try Self.countDocuments(file) == 1, let root = Self.compose(file)?.mapping else {
            throw Self.refusal("it is not one document with settings")
        }
        guard root["kind"]?.string == "Config" else { throw Self.refusal("its kind is not Config") }
        let contexts = try Self.named("contexts", holding: "context", in: root)
        let clusters = try Self.named("clusters", holding: "cluster", in: root)
        let users = try Self.named("users", holding: "user", in: root)
        guard let current = root["current-context"]?.string, !current.isEmpty else {
            throw Self.refusal(
                "it has no current-context", remedy: "set one with `kubectl config use-context`")
        }
        guard contexts[current] != nil else {
            throw Self.refusal(
                "its current-context `\(current)` is none of its contexts",
                remedy: "choose one of them with `kubectl config use-context`")
        }
        for (name, context) in contexts.sorted(by: { $0.key < $1.key }) {
            guard let cluster = context["cluster"]?.string, clusters[cluster] != nil else {
                throw Self.refusal("the cluster of its context `\(name)` is missing")
            }
            let user = context["user"]?.string ?? ""
            guard user.isEmpty || users[user] != nil else {
                throw Self.refusal("the user of its context `\(name)` is missing")
            }
        }
        context = current
        cluster = contexts[current]?["cluster"]?.string ?? ""
        guard let address = clusters[cluster]?["server"]?.string, !address.isEmpty else {
            throw Self.refusal("its cluster `\(cluster)` has no server")
        }
        server = Self.withoutUser(address)
        paths = Set((Array(clusters.values) + Array(users.values)).flatMap(Self.paths)).sorted()
    }

    /// The files and programs that a cluster's or user's settings name.
    private static func paths(in settings: Node.Mapping) -> [String] {
        let files = ["certificate-authority", "client-certificate", "client-key"]
            .filter { settings["\($0)-data"] == nil }
        return
            ((files + ["tokenFile"]).map { settings[$0]?.string }
            + [settings["exec"]?["command"]?.string])
            .compactMap(\.self).filter { !$0.isEmpty }
    }

    private static func countDocuments(_ file: Secret) throws(CredentialError) -> Int {
        do throws(CredentialError) {
            return try YAMLShape.check(file, limit: 4)
        } catch {
            throw CredentialError(
                error.code, "the kubeconfig is refused: \(error.problem)", remedy: error.remedy)
        }
    }

    /// The tree of a text whose shape was checked. Yams keeps it in ordinary memory, so it is let
    /// go before anything else is done.
    private static func compose(_ file: Secret) -> Node? {
        let text = file.withBytes { String(decoding: YAMLShape.withoutMark($0), as: UTF8.self) }
        // The parser's own words repeat the text.
        return try? Yams.compose(yaml: text)
    }

    /// The settings of a list's entries by their names.
    private static func named(
        _ list: String, holding key: String, in root: Node.Mapping
    ) throws(CredentialError) -> [String: Node.Mapping] {
        var found: [String: Node.Mapping] = [:]
        for entry in root[list]?.sequence ?? [] {
            guard let name = entry.mapping?["name"]?.string, !name.isEmpty else {
                throw refusal("an entry of its \(list) has no name")
            }
            found[name] = entry.mapping?[key]?.mapping ?? [:]
        }
        guard !found.isEmpty else { throw refusal("it has no \(list)") }
        return found
    }

    /// A URL without the user and password that may stand before the host.
    private static func withoutUser(_ address: String) -> String {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            index == 2 ? part.split(separator: "@").last ?? part : part
        }.joined(separator: "/")
    }

    private static func refusal(_ problem: String, remedy: String? = nil) -> CredentialError {
        CredentialError(
            .badRequest, "this is not a kubeconfig that works: \(problem)", remedy: remedy)
    }
}
