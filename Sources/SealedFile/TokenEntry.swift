public import CredentialCore

/// A token that was minted: what a registry is sent, for a time.
public struct MintedToken: Sendable {
    /// How long after its start a token may be used before it: clocks are set, a little.
    private static let clockTolerance: Int64 = 300
    /// How long before its end a token is no longer used, in seconds: whoever is given it still has
    /// to send it.
    private static let margin: Int64 = 60

    /// The user name that goes with it.
    public var username: [UInt8]
    /// The token.
    public var secret: Secret
    /// When it was minted.
    public var obtained: ClockReading
    /// When it stops being valid, in seconds since 1970 by our clock.
    public var expiresAt: Int64
    /// From whose key it was minted, for people.
    public var identity: String

    /// A token from its parts.
    public init(
        username: [UInt8], secret: Secret, obtained: ClockReading, expiresAt: Int64,
        identity: String
    ) {
        self.username = username
        self.secret = secret
        self.obtained = obtained
        self.expiresAt = expiresAt
        self.identity = identity
    }

    /// When it was minted, in seconds since 1970 by our clock.
    public var obtainedAt: Int64 { obtained.seconds }

    /// Whether it may be given out. A clock that was set back makes it unusable, not eternal.
    public func isUsable(at now: ClockReading) -> Bool {
        obtainedAt - Self.clockTolerance <= now.seconds
            && now.age(since: obtained) < lifetime - Self.margin
    }

    /// Whether it is past half its life, so that the next one is to be fetched.
    public func isHalfSpent(at now: ClockReading) -> Bool {
        now.age(since: obtained) >= lifetime / 2
    }

    private var lifetime: Int64 { expiresAt - obtainedAt }
}

/// What the token cache knows of one registry and one source of tokens.
public struct TokenEntry: Sendable {
    /// A failure to mint.
    public struct Failure: Hashable, Sendable {
        /// When, in seconds since 1970.
        public var at: Int64
        /// Why.
        public var error: CredentialError

        /// A failure from its parts.
        public init(at: Int64, error: CredentialError) {
            self.at = at
            self.error = error
        }
    }

    /// What is to be minted and from what, in the words of whoever keeps the entry.
    public var order: [UInt8]
    /// The token; nil when none could be minted yet.
    public var token: MintedToken?
    /// The files that decided from whose key it was minted.
    public var files: [FileWitness]
    /// The environment, where a program that saw it decided as well.
    public var environment: EnvironmentWitness?
    /// The last failure since then.
    public var failure: Failure?

    /// An entry from its parts.
    public init(
        order: [UInt8], token: MintedToken? = nil, files: [FileWitness] = [],
        environment: EnvironmentWitness? = nil, failure: Failure? = nil
    ) {
        self.order = order
        self.token = token
        self.files = files
        self.environment = environment
        self.failure = failure
    }
}

/// What an entry of the token cache is found by.
public struct TokenKey: Sendable {
    /// Everything that decides which token it is: the registry, the source, the settings. It may
    /// hold secrets.
    public var description: Secret
    /// The registry's host, by which all its tokens are forgotten.
    public var host: [UInt8]
    /// Whether the token is sealed under the store key, so that it is locked when its source is.
    public var isLockedWithStore: Bool

    /// A key from its parts.
    public init(description: Secret, host: [UInt8], isLockedWithStore: Bool) {
        self.description = description
        self.host = host
        self.isLockedWithStore = isLockedWithStore
    }
}
