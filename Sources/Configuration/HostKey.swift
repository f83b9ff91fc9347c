import CredentialCore

/// A host in the name of a section, `[prompt "git.example.com"]`: what stands there for every path
/// below it.
struct HostKey: Hashable {
    /// Scheme, host and port in their one form; the scheme is left out when `https`.
    let text: String

    /// The sections whose subsections are hosts.
    static let sections = ["prompt", "oauth"]

    /// Reads a host, with or without its scheme.
    ///
    /// - Throws: `configuration` when it is none. What could never match one is refused: the rules
    ///   of another host would hold, and nobody would know.
    init(_ name: String, _ place: String) throws(CredentialError) {
        let address = try? Address(git: Array(name.utf8))
        guard let address, address.path.isEmpty, !address.host.isEmpty else {
            throw CredentialError(
                .configuration, "\(place): `\(name)` is not the name of a host",
                remedy: "write one such as git.example.com or http://localhost:8080")
        }
        text = Self.text(of: address)
    }

    /// The key of an address's host.
    static func text(of address: Address) -> String {
        let authority = String(decoding: address.authority, as: UTF8.self)
        guard address.scheme != Scheme.https else { return authority }
        return String(decoding: address.scheme, as: UTF8.self) + "://" + authority
    }
}
