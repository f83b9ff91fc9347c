public import CredentialCore

/// Which token somebody needs at an address: what it may do at least, where it is made, and the
/// user name that goes with it.
public struct TokenAdvice: Sendable {
    /// What the host's service wants.
    public let guide: ProviderGuide
    private let address: Address
    /// The service of a git host; nil for a registry.
    private let codeHost: CodeHost?

    /// The advice for a place.
    ///
    /// - Parameters:
    ///   - provider: what the configuration says that runs there.
    ///   - challenges: the host's `WWW-Authenticate` headers.
    public init(
        _ wireProtocol: WireProtocol, _ address: Address, provider: String?,
        challenges: [String] = []
    ) {
        self.address = address
        let known = provider.flatMap(ProviderGuide.named) ?? ProviderGuide.of(host: address.host)
        guard wireProtocol == .git else {
            codeHost = nil
            guide = known ?? .generic
            return
        }
        let codeHost = CodeHost(at: address, provider: provider, challenges: challenges)
        self.codeHost = codeHost
        guide = known ?? ProviderGuide.named(codeHost.rawValue) ?? .generic
    }

    /// What to show to somebody who is asked for a token: what it is, where it is made, what it has
    /// to be allowed.
    ///
    /// - Parameter asksName: whether they are asked for a user name as well.
    public func lines(asksName: Bool) -> [String] {
        let pages = self.pages.enumerated().map { index, page in
            (index == 0 ? "  from         " : "               ") + page
        }
        return ["\(guide.title) takes \(guide.secret)."] + pages
            + ["  permissions  \(permissions)"]
            + (asksName ? ["  user name    \(guide.username)"] : [])
    }

    /// The minimum permissions.
    public var permissions: String {
        switch codeHost {
        case .gitlab: "read_repository, and write_repository to push"
        case .gitea: "read:repository, or write:repository to push"
        default: guide.permissions
        }
    }

    /// Where it is made: pages on which the permissions are chosen already, where there are such.
    public var pages: [String] {
        let site = Printable.text(address.scheme) + "://" + Printable.text(address.authority)
        switch codeHost {
        case .github:
            // https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
            if address.host.elementsEqual("gist.github.com".utf8) {
                return ["https://github.com/settings/tokens/new?scopes=gist&description=Keyfob"]
            }
            return [
                "\(site)/settings/personal-access-tokens/new (fine-grained)",
                "\(site)/settings/tokens/new?scopes=repo&description=Keyfob (classic)",
            ]
        case .gitlab:
            // https://docs.gitlab.com/user/profile/personal_access_tokens/
            return [
                "\(site)/-/user_settings/personal_access_tokens"
                    + "?name=Keyfob&scopes=read_repository,write_repository"
            ]
        case .gitea: return ["\(site)/user/settings/applications"]
        case .azure: return ["\(azureSite(site))/_usersSettings/tokens"]
        case .bitbucket: return [guide.page]
        case .generic, nil: return guide.page.isEmpty ? [] : [guide.page]
        }
    }

    /// An organisation's part of Azure DevOps: a host of its own, or a path below the one of all.
    private func azureSite(_ site: String) -> String {
        guard address.host.elementsEqual("dev.azure.com".utf8) else { return site }
        let organisation = address.path.prefix { $0 != UInt8(ascii: "/") }
        return site + "/" + (organisation.isEmpty ? "ORGANISATION" : Printable.text(organisation))
    }

    /// The user name to send with a token when the person gave none; nil where it has to be theirs.
    ///
    /// - Parameter account: whose token it is, where the host said so.
    public func username(for secret: Secret, of account: String?) -> String? {
        let starts = { (text: String) in secret.withBytes { $0.starts(with: text.utf8) } }
        return switch codeHost {
        case .github: account ?? "x-access-token"
        // A deploy token has one of its own (https://docs.gitlab.com/user/project/deploy_tokens/).
        case .gitlab where starts("gldt-"): nil
        case .gitlab, .gitea: account ?? "oauth2"
        case .azure: account ?? "PersonalAccessToken"
        // https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
        case .bitbucket:
            starts("ATATT") ? "x-bitbucket-api-token-auth" : "x-token-auth"
        case .generic: nil
        case nil: RegistryFamily.family(ofHost: address.host)?.tokenUsername
        }
    }
}
