public import CredentialCore
public import SecretService

/// What `keyfob-keyring` is asked to do on the Secret Service. It knows nothing of credentials: it
/// carries items to and from the service, which takes a library that the helpers do without.
public enum KeyringRequest: Sendable {
    /// Says what there is; answered by `status`.
    case status
    /// Unlocks the default keyring, asking its user for the password if need be; answered by
    /// `done`.
    ///
    /// - promptSeconds: how long the user has.
    /// - creating: whether a default keyring is made where there is none.
    case unlock(promptSeconds: Int, creating: Bool)
    /// Has the service ask its user whether this program may have an item; answered by `done`.
    ///
    /// - promptSeconds: how long the user has.
    case confirm(path: String, promptSeconds: Int)
    /// Locks the default keyring; answered by `done`.
    case lock
    /// Makes an item in the default keyring; answered by `path`.
    case create(label: String, attributes: [String: String], secret: Secret)
    /// Reads an item with its secret; answered by `items`, empty when there is no such item.
    case read(path: String)
    /// Finds items by all of these attributes, without secrets; answered by `items`.
    case search(attributes: [String: String])
    /// Replaces label and attributes of an item; answered by `done`.
    case annotate(path: String, label: String, attributes: [String: String])
    /// Removes an item; answered by `done`, also when there is none.
    case delete(path: String)
}

/// What `keyfob-keyring` answers.
public enum KeyringReply: Sendable {
    /// It is done.
    case done
    /// What there is.
    case status(KeyringStatus)
    /// Where the new item is.
    case path(String)
    /// The items found.
    case items([ServiceItem])
    /// It could not be done.
    case failure(CredentialError)
}

/// The default keyring.
public struct KeyringStatus: Sendable, Hashable {
    /// Its label; nil when there is no default keyring.
    public var label: String?
    /// Whether it is locked.
    public var isLocked: Bool

    /// A status from its parts.
    public init(label: String?, isLocked: Bool) {
        self.label = label
        self.isLocked = isLocked
    }
}
