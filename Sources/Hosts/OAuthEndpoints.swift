public import Configuration
public import CredentialCore

/// Where the authorization server of a host is asked: as the configuration says, else as its preset
/// knows. What a preset knows as a path is at the host itself, so that no self-hosted service's
/// tokens go anywhere else.
public struct OAuthEndpoints: Hashable, Sendable {
    /// The page a browser is sent to.
    public let authorize: String?
    /// Where codes and refresh tokens are traded for tokens.
    public let token: String?
    /// Where codes for other devices are given out.
    public let device: String?
    /// What says whose a token is, in the order to ask.
    public let accounts: [String]
    /// Where a client is registered, for people.
    public let registration: String

    /// The endpoints of a host.
    ///
    /// - Parameter client: what the configuration says.
    public init(of host: CodeHost, at address: Address, _ client: OAuthClient?) {
        let preset = OAuthPreset(of: host)
        let location = HostLocation(address)
        // Nobody but Microsoft runs a server whose tokens their login gives out.
        let isKnown = host != .azure || CodeHost.isAzure(address.host)
        authorize =
            client?.authorizeURL ?? (isKnown ? preset.authorize.map(location.site) : nil)
        token = client?.tokenURL ?? (isKnown ? preset.token.map(location.site) : nil)
        device = client?.deviceURL ?? (isKnown ? preset.device.map(location.site) : nil)
        accounts = client?.accountURL.map { [$0] } ?? preset.accounts.map(location.api)
        registration =
            preset.registration.hasPrefix("/")
            ? location.site(preset.registration) : preset.registration
    }
}
