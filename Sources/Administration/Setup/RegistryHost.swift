import CredentialCore

/// The key by which docker's configuration names a registry.
enum RegistryHost {
    /// Docker Hub's: it has had this one since before there were other registries.
    static let hub = "https://index.docker.io/v1/"

    /// The key of a registry that a person named by host or URL; nil when it is none.
    ///
    /// The port stays as it is written: docker looks for the host as the image's name has it.
    static func key(of text: String) -> String? {
        guard let address = try? Address(registry: Array(text.utf8)) else { return nil }
        let key = String(decoding: address.registryKey, as: UTF8.self)
        guard key != hub else { return hub }
        guard address.path.isEmpty else { return nil }
        return host(of: text)
    }

    /// The host and port in a key or URL.
    static func host(of key: String) -> String {
        let start = key.utf8.firstRange(of: "://".utf8)?.upperBound ?? key.startIndex
        return String(key[start...].prefix { $0 != "/" })
    }
}
