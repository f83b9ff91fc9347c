public import CredentialCore
import Launch

/// What marks a stored login as one that an authorization server gave out: then it is renewed when
/// it ends, whatever mode its host has.
public struct OAuthMark: Sendable, Hashable {
    /// The provider that it was got from.
    public var provider: String
    /// Whose it is, for people; nil when the server did not say.
    public var account: String?
    /// Whose it is, in a form that stays the same when the account is renamed, and that nobody else
    /// gets; nil when the server does not say.
    public var identity: String?
    /// Whether the host takes it as `Authorization: Bearer`.
    public var isBearer: Bool
    /// The user name that git asked for when it was given; nil when any would do. It stands in the
    /// store alone, as servers may know an account by a number only.
    public var requestedName: String?
    /// When its server refused to renew it, in seconds since 1970; nil when it did not. It stands
    /// in the store alone.
    public var refusedAt: Int64?

    /// A mark from its parts.
    public init(provider: String, account: String?, isBearer: Bool) {
        self.provider = provider
        self.account = account
        self.isBearer = isBearer
    }

    private static let providerSetting = "oauth"
    private static let accountSetting = "account"
    private static let identitySetting = "oauthIdentity"
    private static let headerSetting = "oauthHeader"
    private static let nameSetting = "oauthName"
    private static let refusalSetting = "oauthRefused"
    private static let bearer = "Bearer"

    /// The scheme of the header that such a token makes (RFC 6750, 2.1).
    public static let headerScheme = Array(bearer.utf8)

    /// The mark of a stored credential; nil for any other.
    public init?(_ credential: Credential) {
        guard let provider = credential.setting(Self.providerSetting) else { return nil }
        self.init(
            provider: provider, account: credential.setting(Self.accountSetting),
            isBearer: credential.setting(Self.headerSetting) == Self.bearer)
        identity = credential.setting(Self.identitySetting)
        requestedName = credential.setting(Self.nameSetting)
        refusedAt = credential.setting(Self.refusalSetting).flatMap { Int64($0) }
    }

    /// Sets or takes away a credential's mark.
    public static func set(_ mark: OAuthMark?, of credential: inout Credential) {
        credential.set(providerSetting, to: mark?.provider)
        credential.set(accountSetting, to: mark?.account)
        credential.set(identitySetting, to: mark?.identity)
        credential.set(headerSetting, to: mark?.isBearer == true ? bearer : nil)
        credential.set(nameSetting, to: mark?.requestedName)
        credential.set(refusalSetting, to: mark?.refusedAt.map { String($0) })
    }

    /// Whose it is, as a person says it; nil where the server knows the account by a number and
    /// nobody was asked for.
    public var accountName: String? {
        guard let account, !account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return requestedName
        }
        return account
    }

    /// Whose it is, to be compared.
    public var owner: OAuthOwner { OAuthOwner(name: account, identity: identity) }

    /// Whether it is what somebody means by a user name.
    public func isFor(_ username: [UInt8]) -> Bool {
        [account, requestedName].contains { $0.map { Array($0.utf8) == username } ?? false }
    }

    func write(to writer: MessageWriter) {
        writer.write(provider)
        writer.write(optional: account)
        writer.write(isBearer)
        writer.write(optional: identity)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        self.init(
            provider: try reader.text(), account: try reader.optionalText(),
            isBearer: try reader.flag())
        identity = try reader.optionalText()
    }
}
