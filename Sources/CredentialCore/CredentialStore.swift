/// What names one secret, in whatever store it rests.
public struct SecretReference: Hashable, Sendable {
    /// The credential's id.
    public var id: CredentialID
    /// The credential's version: a secret of another one is not the one meant.
    public var version: UInt64
    /// The credential's name, for messages.
    public var name: String
    /// Where the store keeps it, as far as the catalogue remembers.
    public var locator: [UInt8]

    /// The secret of a credential.
    public init(_ credential: Credential) {
        id = credential.id
        version = credential.version
        name = credential.name
        locator = credential.locator
    }

    /// The secret of a candidate.
    public init(_ candidate: Candidate) {
        id = candidate.id
        version = candidate.version
        name = candidate.name
        locator = candidate.locator
    }
}

/// A store beside the sealed file: it keeps secrets, and the sealed file's catalogue says which.
///
/// Every method throws `unreachable` when the store cannot be asked and `locked` when it is locked;
/// none of them asks the user anything.
public protocol CredentialStore: AnyObject {
    /// Reads a secret.
    ///
    /// - Throws: `damaged` when it is gone or not what was kept.
    func fields(of reference: SecretReference) throws(CredentialError) -> SecretFields

    /// Keeps the secret of a credential, in this version of it, beside what is kept of others. It
    /// is read back and compared before this returns.
    ///
    /// - Returns: the locator to remember.
    func save(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) -> [UInt8]

    /// Replaces the metadata that is kept beside a credential's secret.
    func annotate(_ credential: Credential) throws(CredentialError)

    /// Checks that secrets can be kept and removed.
    func checkWritable() throws(CredentialError)

    /// Removes a secret that was kept a moment ago and is not to be named; one that is gone already
    /// is no failure.
    func discard(_ reference: SecretReference) throws(CredentialError)

    /// Removes all secrets of a credential but one: those of former versions, and of writes that
    /// were killed.
    ///
    /// - Parameter locator: the one that stays; nil when none does.
    func prune(_ id: CredentialID, keeping locator: [UInt8]?) throws(CredentialError)
}
