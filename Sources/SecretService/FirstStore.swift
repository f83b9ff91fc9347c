public import CredentialCore

/// Where the first secret of all goes, when nobody has chosen a store.
public enum FirstStore {
    /// The desktop's keyring if there is one and it is open; the sealed file where there is none.
    ///
    /// - Parameter defaultCollection: asks the Secret Service.
    /// - Throws: `locked` when there is a keyring that may be meant, and `unreachable` when it cannot
    ///   be asked: a secret is not to end in one store today and in another tomorrow.
    public static func choose(
        _ defaultCollection: () throws(CredentialError) -> DefaultCollection
    ) throws(CredentialError) -> StoreKind {
        do throws(CredentialError) {
            switch try defaultCollection() {
            case .unlocked: return .secretService
            case .absent: return .file
            case .locked:
                throw CredentialError(
                    .locked, "the keyring is locked, and no store was chosen yet",
                    remedy: "unlock it, or choose with `keyfob init --store file`")
            }
        } catch  where error.code == .absent {
            return .file
        }
    }
}
