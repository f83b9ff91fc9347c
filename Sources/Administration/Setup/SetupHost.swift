import CredentialCore

/// A host in the name of a section of Keyfob's configuration.
struct SetupHost: Hashable {
    let address: Address

    /// Reads a host, with or without its scheme; nil when it is none, or has a path.
    init?(_ text: String) {
        guard let address = try? Address(git: Array(text.utf8)), address.path.isEmpty else {
            return nil
        }
        self.address = address
    }

    /// How the section names it; the scheme is left out when `https`.
    var name: String { String(decoding: address.bytes, as: UTF8.self) }
}
