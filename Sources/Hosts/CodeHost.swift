public import CredentialCore

/// What kind of service a git host is: it decides which endpoints are asked, and which token its
/// users are pointed to.
public enum CodeHost: String, Sendable, CaseIterable {
    /// GitHub, and GitHub Enterprise Server.
    case github
    /// GitLab.
    case gitlab
    /// Gitea, Forgejo and what runs them.
    case gitea
    /// Bitbucket Cloud.
    case bitbucket
    /// Azure DevOps.
    case azure
    /// Any other.
    case generic

    /// The service at a host: what the configuration says of it, what its name says, what it says
    /// of itself. A stranger's host may call itself anything: that decides which of its own
    /// endpoints are asked, and nothing else.
    ///
    /// - Parameters:
    ///   - provider: what the configuration says.
    ///   - challenges: its `WWW-Authenticate` headers.
    public init(at address: Address, provider: String?, challenges: [String] = []) {
        let named = provider ?? RegistryFamily.family(ofHost: address.host)?.name
        if let host = named.flatMap(Self.init(provider:)) {
            self = host
        } else if Self.isAzure(address.host) {
            self = .azure
        } else {
            self = challenges.lazy.compactMap(Self.init(challenge:)).first ?? .generic
        }
    }

    /// The service of a provider's name; nil for a name that is none of a git host.
    init?(provider: String) {
        switch provider {
        case "forgejo", "codeberg": self = .gitea
        default: self.init(rawValue: provider)
        }
    }

    /// What a `WWW-Authenticate` header tells by its realm (RFC 7235, 2.2).
    private init?(challenge: String) {
        for (realm, host) in [
            ("GitHub", CodeHost.github), ("GitLab", .gitlab), ("Gitea", .gitea),
            // One without an authorization server.
            ("Gitea (Basic Auth)", .gitea), ("Forgejo", .gitea),
        ] where challenge.contains("realm=\"\(realm)\"") {
            self = host
            return
        }
        return nil
    }

    /// Whether a host is one of Azure DevOps, by its name.
    public static func isAzure(_ host: [UInt8]) -> Bool {
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return host.elementsEqual("dev.azure.com".utf8)
            || (labels.count == 3 && labels[1].elementsEqual("visualstudio".utf8)
                && labels[2].elementsEqual("com".utf8))
    }
}
