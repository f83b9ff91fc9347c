/// One binding of one credential, with what resolution needs to know about it.
public struct Candidate: Hashable, Sendable {
    /// The credential's id.
    public var id: CredentialID
    /// The credential's version.
    public var version: UInt64
    /// The credential's name.
    public var name: String
    /// What its fields mean.
    public var kind: Kind
    /// How it came to be stored.
    public var origin: Origin
    /// Where its secret rests.
    public var store: StoreKind
    /// The higher, the more recently stored.
    public var currency: UInt64
    /// The stored user name.
    public var username: [UInt8]?
    /// The HTTP authentication scheme, when the secret is no password.
    public var authtype: [UInt8]?
    /// Where the credential applies.
    public var scope: Scope
    /// When the secret stops being valid, in seconds since 1970.
    public var expiresAt: Int64?
    /// Where another store keeps the secret.
    public var locator: [UInt8]
    /// The binding.
    public var binding: Binding

    /// A candidate from its parts.
    public init(
        id: CredentialID, version: UInt64, name: String, kind: Kind, origin: Origin,
        store: StoreKind, currency: UInt64, username: [UInt8]?, authtype: [UInt8]?, scope: Scope,
        expiresAt: Int64?, locator: [UInt8], binding: Binding
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.kind = kind
        self.origin = origin
        self.store = store
        self.currency = currency
        self.username = username
        self.authtype = authtype
        self.scope = scope
        self.expiresAt = expiresAt
        self.locator = locator
        self.binding = binding
    }

    /// The candidate that a binding of a credential makes.
    public init(_ credential: Credential, _ binding: Binding) {
        self.init(
            id: credential.id, version: credential.version, name: credential.name,
            kind: credential.kind, origin: credential.origin, store: credential.store,
            currency: credential.currency, username: credential.username,
            authtype: credential.authtype, scope: credential.scope,
            expiresAt: credential.expiresAt, locator: credential.locator, binding: binding)
    }

    /// The only user name it goes with: the stored one, or what says that a service account's whole
    /// key file is the password; nil where there is none.
    ///
    /// See https://cloud.google.com/artifact-registry/docs/docker/authentication#json-key
    public var ownUsername: [UInt8]? {
        username ?? (kind == .serviceAccount ? Array("_json_key".utf8) : nil)
    }

    /// The user name to answer with: its own, else the requested one, else the host family's; nil
    /// when nobody knows one.
    public func answeredUsername(for query: Query) -> [UInt8]? {
        ownUsername ?? query.username
            ?? RegistryFamily.family(ofHost: query.address.host)?.tokenUsername.map {
                Array($0.utf8)
            }
    }

    /// Whether the secret's time has passed.
    public func isExpired(at now: Int64) -> Bool {
        expiresAt.map { $0 <= now } ?? false
    }
}
