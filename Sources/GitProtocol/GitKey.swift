/// The attributes that are understood; a request may hold others, which say nothing to us.
///
/// `url` is not among them. `git credential` takes it apart before it asks a helper, so a
/// request with a `url` and no `host` is about no host, never about any.
///
/// <https://git-scm.com/docs/git-credential#IOFMT>
enum GitKey: String, CaseIterable {
    case capability = "capability[]"
    case authtype
    case credential
    case ephemeral
    case protocolName = "protocol"
    case host
    case path
    case username
    case password
    case oauthRefreshToken = "oauth_refresh_token"
    case passwordExpiry = "password_expiry_utc"
    case wwwAuthenticate = "wwwauth[]"
    case continues = "continue"
    case state = "state[]"
    case quit

    init?(_ name: UnsafeRawBufferPointer) {
        guard let key = Self.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) })
        else { return nil }
        self = key
    }

    /// Which bytes a value may hold, in a request and in a reply alike.
    var permittedBytes: GitByteSet {
        switch self {
        case .protocolName, .host, .path, .username, .authtype: .printable
        default: .line
        }
    }
}
