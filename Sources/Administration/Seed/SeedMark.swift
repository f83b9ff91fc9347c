import Bundles
import CredentialCore

/// How a credential that a bundle brought is known: who made it, and what the bundle calls it,
/// which stays when it is renamed here.
struct SeedMark {
    private static let setting = "seed"
    /// What `createdBy` says.
    let creator: String

    init(_ bundle: Bundle) {
        creator = "seed \(bundle.terms.name), key \(bundle.signer.fingerprint)"
    }

    /// What the bundle calls a credential; nil when another one, or somebody, brought it.
    func name(of credential: Credential) -> String? {
        guard credential.createdBy == creator else { return nil }
        return credential.settings.first { $0.name == Self.setting }?.value
    }

    func mark(_ credential: inout Credential, as name: String) {
        credential.origin = .admin
        credential.createdBy = creator
        credential = Self.removed(from: credential)
        credential.settings.append(Credential.Setting(name: Self.setting, value: name))
    }

    /// A credential without a mark: it is one of the store that it is in.
    static func removed(from credential: Credential) -> Credential {
        var plain = credential
        plain.settings.removeAll { $0.name == setting }
        return plain
    }
}
