public import CredentialCore

/// The keyring that new items go to.
public enum DefaultCollection: Hashable, Sendable {
    /// There is none.
    case absent
    /// It is there, and locked.
    case locked
    /// It is there, and open.
    case unlocked
}

/// Something that reads the Secret Service.
public protocol ItemSource {
    /// The item at an object path, with its secret unless it is locked; nil when there is none.
    func item(at path: String) throws(CredentialError) -> ServiceItem?

    /// The paths of all items that have these attributes.
    func search(
        _ attributes: [String: String]
    ) throws(CredentialError) -> (unlocked: [String], locked: [String])

    /// The state of the keyring that new items go to.
    func defaultCollection() throws(CredentialError) -> DefaultCollection
}

/// A secret, and where it was found.
public struct FoundSecret: Sendable {
    /// The secret fields.
    public let fields: SecretFields
    /// What the catalogue should remember.
    public let locator: ItemLocator
    /// Whether it remembers something else.
    public let isElsewhere: Bool
}

extension ItemSource {
    /// Checks that there is a default keyring, and that it is open.
    ///
    /// - Throws: `locked` or `unreachable`.
    public func checkWritable() throws(CredentialError) {
        switch try defaultCollection() {
        case .absent: throw SecretServiceFailure.noDefaultCollection
        case .locked: throw SecretServiceFailure.locked
        case .unlocked: break
        }
    }

    /// The secret meant, and where it was found: at the path remembered, or where a search by id
    /// finds it when that has become stale.
    ///
    /// - Throws: `locked`, `damaged` when it is gone or unreadable, `unreachable`.
    public func find(_ reference: SecretReference) throws(CredentialError) -> FoundSecret {
        var locator = ItemLocator(reference)
        let hint = locator.path
        if let fields = try fields(of: reference, at: hint) {
            return FoundSecret(fields: fields, locator: locator, isElsewhere: false)
        }
        // A search may unlock, with a prompt, what no search could see otherwise (KeePassXC).
        try checkWritable()
        let found = try search(CredentialItem.search(for: reference.id))
        for path in found.unlocked where path != hint {
            if let fields = try fields(of: reference, at: path) {
                locator.path = path
                return FoundSecret(fields: fields, locator: locator, isElsewhere: true)
            }
        }
        if !found.locked.isEmpty { throw SecretServiceFailure.locked }
        throw SecretServiceFailure.itemGone(reference.name)
    }

    private func fields(
        of reference: SecretReference, at path: String
    ) throws(CredentialError) -> SecretFields? {
        guard !path.isEmpty, let item = try item(at: path) else { return nil }
        if item.isLocked { throw SecretServiceFailure.locked(item) }
        switch CredentialItem.find(reference, in: item) {
        case .fields(let fields): return fields
        case .unreadable: throw SecretServiceFailure.itemUnreadable(reference.name)
        case .another: return nil
        }
    }
}
