import CredentialCore
import SealedFile

/// What the secret fields of a credential are compared by: a hash under a key that nobody keeps.
struct SecretDigest: Hashable {
    private let bytes: [UInt8]

    /// Makes digests under a key of its own.
    final class Maker {
        private let key = Sodium.randomKey()

        /// The digest of all fields, with their names.
        func digest(_ fields: SecretFields) -> SecretDigest {
            let message = SecretBuffer(capacity: 64)
            for field in fields.fields.sorted(by: { $0.name < $1.name }) {
                message.append(Array("\(field.name.utf8.count) \(field.value.count) ".utf8))
                message.append(Array(field.name.utf8))
                message.append(field.value)
            }
            return SecretDigest(bytes: message.withBytes { Sodium.mac($0, key: key) })
        }
    }
}

/// The digests of all secrets that can be read now.
struct SecretDigests {
    /// What they were made of: a secret that was replaced since has another version.
    private var made: [CredentialID: (version: UInt64, digest: SecretDigest)] = [:]
    /// Those whose secret could not be read because its store could not.
    private(set) var unread: Set<CredentialID> = []
    /// Why, once for each store.
    private(set) var failures: [StoreKind: CredentialError] = [:]

    /// Reads every secret once. A store that cannot be asked is not asked again.
    init(_ credentials: [Credential], _ file: SealedFile, _ session: AdminSession) {
        let maker = SecretDigest.Maker()
        for credential in credentials {
            guard failures[credential.store] == nil else {
                unread.insert(credential.id)
                continue
            }
            do throws(CredentialError) {
                let fields = try session.fields(of: credential, in: file)
                if fields.fields.isEmpty { continue }
                made[credential.id] = (credential.version, maker.digest(fields))
            } catch {
                if error.code.isUnavailable {
                    failures[credential.store] = error
                    unread.insert(credential.id)
                } else {
                    Console.note("\(credential.name) is left as it is: \(error.message)")
                }
            }
        }
    }

    /// The digests of those that still have the secret that was read.
    func digests(of credentials: [Credential]) -> [CredentialID: SecretDigest] {
        var digests: [CredentialID: SecretDigest] = [:]
        for credential in credentials {
            guard let made = made[credential.id], made.version == credential.version else {
                continue
            }
            digests[credential.id] = made.digest
        }
        return digests
    }
}
