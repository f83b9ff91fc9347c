public import CredentialCore

/// Which store a new secret goes to.
public enum StoreRule {
    /// The configured store, else the one that the last secret went to; else, for the first secret
    /// of all, the desktop's keyring if there is one and it is open, and the sealed file where
    /// there is none.
    ///
    /// - Parameters:
    ///   - configured: what the configuration says; nil when nobody chose.
    ///   - stored: all credentials there are.
    ///   - defaultCollection: asks the Secret Service; called only for the first secret of all.
    /// - Throws: `locked` when there is a keyring that may be meant, and `unreachable` when it
    ///   cannot be asked: a secret is not to end in one store today and in another tomorrow.
    public static func store(
        configured: StoreKind?, stored: [Credential],
        _ defaultCollection: () throws(CredentialError) -> DefaultCollection
    ) throws(CredentialError) -> StoreKind {
        if let configured { return configured }
        if let newest = stored.max(by: { $0.currency < $1.currency }) { return newest.store }
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
