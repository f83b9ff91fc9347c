import Configuration
import CredentialCore
import Keyring
import SealedFile
import SecretService

/// Compares the catalogue with what the keyring holds.
struct KeyringCheck {
    /// What is wrong, in the terms of the check of the encrypted file.
    private(set) var problems: [Problem] = []
    /// Items of ours that no credential names: a write that was killed, or a removal that failed.
    private(set) var orphans: [ServiceItem] = []

    /// Whether the keyring holds secrets, or is to hold them.
    let isInUse: Bool

    /// Something wrong in the keyring.
    struct Problem {
        let code: CredentialError.Code
        let place: String
        let message: String
    }

    /// Checks every credential whose secret the keyring keeps.
    ///
    /// - Parameter credentials: what the catalogue names; nil when there is none to go by.
    init(_ session: AdminSession, _ credentials: [Credential]?) {
        guard let credentials else {
            isInUse = false
            return
        }
        let kept = credentials.filter { $0.store == .secretService }
        isInUse = !kept.isEmpty || session.configuration.store == .secretService
        guard isInUse else { return }
        for credential in kept.sorted(by: { $0.name < $1.name }) {
            do throws(CredentialError) {
                _ = try session.keyring.fields(of: SecretReference(credential))
            } catch {
                problems.append(
                    Problem(
                        code: error.code, place: "item of \(credential.name)",
                        message: error.message))
                // What cannot be asked about one cannot be asked about the others.
                if [.locked, .unreachable].contains(error.code) { return }
            }
        }
        do throws(CredentialError) {
            let items = try session.keyring.items([
                CredentialItem.schemaAttribute: CredentialItem.schema
            ])
            orphans = items.filter { item in
                !item.isLocked
                    && !kept.contains {
                        CredentialItem.names(SecretReference($0), item)
                    }
            }
        } catch {
            problems.append(
                Problem(code: error.code, place: "keyring", message: error.message))
        }
    }
}
