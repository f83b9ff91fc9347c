public import CredentialCore

/// An item of the Secret Service as it comes over the bus.
public struct ServiceItem: Sendable {
    /// The item's D-Bus object path, the locator that the catalogue remembers.
    public var path: String
    /// The label that password managers show.
    public var label: String
    /// Attributes by name. A service may add some of its own.
    public var attributes: [String: String]
    /// Whether its keyring is locked. The attributes may then be unreadable.
    public var isLocked: Bool
    /// Whether it is locked although its keyring is open: the service asks its user about every
    /// program that wants an item, as KeePassXC does unless it is told not to.
    public var wantsConfirmation = false
    /// The secret; nil where it was not asked for, or while locked.
    public var secret: Secret?

    /// An item from its parts.
    public init(
        path: String, label: String, attributes: [String: String], isLocked: Bool,
        secret: Secret? = nil
    ) {
        self.path = path
        self.label = label
        self.attributes = attributes
        self.isLocked = isLocked
        self.secret = secret
    }
}
