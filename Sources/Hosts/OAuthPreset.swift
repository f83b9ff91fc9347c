public import CredentialCore

/// What is known of a service's authorization server (RFC 6749): where it is, what it is asked for,
/// and how git uses its tokens. No client's id is among it: each belongs to whoever registered it.
public struct OAuthPreset: Sendable {
    /// How a client with a secret shows it (RFC 6749, 2.3.1).
    public enum ClientAuthentication: Sendable {
        /// In the form, beside everything else: `client_secret_post`.
        case form
        /// In the `Authorization` header: `client_secret_basic`.
        case basic
    }

    /// The page a browser is sent to: a path at the host, or a URL of its own; nil where unknown.
    let authorize: String?
    /// Where codes and refresh tokens are traded for tokens.
    let token: String?
    /// Where codes for other devices are given out (RFC 8628); nil where there are none.
    let device: String?
    /// What says whose a token is: asked in this order, until one may be asked with the token.
    let accounts: [String]
    /// Where a client is registered, for people.
    let registration: String
    /// The least that git needs to push and pull, separated by spaces; empty where nobody knows.
    private let scopes: String
    /// The user name that git has to send with a token; nil where any will do.
    public let username: String?
    /// Whether the service takes a token as `Authorization: Bearer` over git's HTTP.
    public let takesBearer: Bool
    /// The members of the account's description that say whose it is, the first one there counts.
    /// Names are not among them: they can be changed, and taken by somebody else.
    public let identities: [String]
    /// The parameter that tells the page whom to log in; nil where it has none.
    public let loginHint: String?
    /// How a client shows its secret.
    public let authentication: ClientAuthentication

    init(
        authorize: String? = nil, token: String? = nil, device: String? = nil,
        accounts: [String] = [], registration: String, scopes: String = "",
        username: String? = nil, takesBearer: Bool = false, identities: [String] = [],
        loginHint: String? = nil, authentication: ClientAuthentication = .form
    ) {
        self.authorize = authorize
        self.token = token
        self.device = device
        self.accounts = accounts
        self.registration = registration
        self.scopes = scopes
        self.username = username
        self.takesBearer = takesBearer
        self.identities = identities
        self.loginHint = loginHint
        self.authentication = authentication
    }

    /// The least that git needs to push and pull at a host, separated by spaces.
    public func scopes(at address: Address) -> String {
        // Gists are repositories with a right of their own.
        address.host.elementsEqual("gist.github.com".utf8) ? "gist" : scopes
    }

    /// The preset of a service.
    public init(of host: CodeHost) {
        self =
            switch host {
            case .github: Self.github
            case .gitlab: Self.gitlab
            case .gitea: Self.gitea
            case .bitbucket: Self.bitbucket
            case .azure: Self.azure
            case .generic: Self.generic
            }
    }
}
