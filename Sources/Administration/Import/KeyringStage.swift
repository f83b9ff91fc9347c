import CredentialCore
import Keyring
import SealedFile

/// Secrets that the keyring keeps before the catalogue is locked. It takes its time for each, and
/// the logins of clients would have to wait for all.
///
/// They answer nobody until the catalogue names them. What a kill leaves of them,
/// `keyfob store fsck --repair` removes.
struct KeyringStage {
    private let session: AdminSession
    private var kept: [CredentialID: SecretReference] = [:]
    private var first: SecretReference?

    init(_ session: AdminSession) {
        self.session = session
    }

    /// Has the keyring keep the secret of a credential in this version of it.
    mutating func keep(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) {
        var reference = SecretReference(credential)
        reference.locator = try session.unlocking { () throws(CredentialError) in
            try session.keyring.save(credential, fields)
        }
        kept[credential.id] = reference
        first = first ?? reference
    }

    /// Where the secret of a credential is kept; nil when it is not.
    func locator(of credential: Credential) -> [UInt8]? {
        kept[credential.id]?.locator
    }

    /// Checks, while the catalogue is locked, that nobody took them for leftovers meanwhile. Who
    /// does removes all there are, and so the first.
    ///
    /// - Throws: `damaged` when they are gone.
    func check() throws(CredentialError) {
        if let first { _ = try session.keyring.fields(of: first) }
    }

    /// Removes them, since nothing will name them.
    ///
    /// - Returns: how many could not be removed.
    func discard() -> Int {
        kept.values.count { (try? session.keyring.discard($0)) == nil }
    }
}
