public import CredentialCore
import Launch

/// What an authorization server gave out (RFC 6749, 5.1), and for whom.
public struct OAuthTokens: Sendable {
    /// The access token.
    public var access: Secret
    /// What the next one is had with; nil when the server gave none, or kept the old one valid.
    public var refresh: Secret?
    /// When the access token ends by our clock, in seconds since 1970; nil when the server does not
    /// say.
    public var expiresAt: Int64?
    /// The user name that git sends with such a token: `oauth2`, `x-token-auth`, or the account's.
    public var username: [UInt8]
    /// Whose it is, for people; nil when nobody says.
    public var account: String?
    /// Whose it is, in a form that stays the same: what a refresh is compared with.
    public var identity: String?
    /// The name of the preset or provider that it was got from.
    public var provider: String
    /// Whether the host takes it as `Authorization: Bearer` over git's HTTP.
    public var isBearer: Bool

    /// Tokens from what each has.
    public init(access: Secret, username: [UInt8], provider: String, isBearer: Bool = false) {
        self.access = access
        self.username = username
        self.provider = provider
        self.isBearer = isBearer
    }

    func write(to writer: MessageWriter) {
        writer.write(access)
        writer.write(Secret(copying: username))
        writer.write(provider)
        writer.write(isBearer)
        writer.write(optional: refresh)
        writer.write(optional: expiresAt)
        writer.write(optional: account)
        writer.write(optional: identity)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        let (access, username) = (try reader.secret(), try reader.byteArray())
        self.init(
            access: access, username: username, provider: try reader.text(),
            isBearer: try reader.flag())
        refresh = try reader.optionalSecret()
        expiresAt = try reader.optionalNumber()
        account = try reader.optionalText()
        identity = try reader.optionalText()
    }
}

/// What a browser is sent to, and what its answer is recognised by.
public struct Authorization: Sendable {
    /// The page to open, all parameters in it (RFC 6749, 4.1.1; RFC 7636, 4.3). It holds no secret.
    public var url: String
    /// What comes back with the answer to this very request (RFC 6749, 10.12).
    public var state: String
    /// What proves that the code was asked for here (RFC 7636, 4.1).
    public var verifier: Secret

    /// An authorization from its parts.
    public init(url: String, state: String, verifier: Secret) {
        self.url = url
        self.state = state
        self.verifier = verifier
    }
}

/// What a person enters on another device (RFC 8628, 3.2).
public struct DeviceCode: Sendable {
    /// What the server is asked with whether they did.
    public var deviceCode: Secret
    /// What they enter.
    public var userCode: String
    /// The page to enter it on.
    public var page: String
    /// The page with the code in it, where the server has one.
    public var completePage: String?
    /// How long to wait between questions, in seconds.
    public var interval: Int
    /// How long the codes are good for, in seconds.
    public var lifetime: Int

    /// Codes from their parts.
    public init(
        deviceCode: Secret, userCode: String, page: String, completePage: String? = nil,
        interval: Int, lifetime: Int
    ) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.page = page
        self.completePage = completePage
        self.interval = interval
        self.lifetime = lifetime
    }
}
