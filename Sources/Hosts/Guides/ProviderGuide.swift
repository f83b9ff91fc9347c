public import CredentialCore

/// What a registry or code host wants for a login: where to get it, with which minimum permissions,
/// and what it looks like.
public struct ProviderGuide: Sendable {
    /// The name after `--provider`: `ghcr`, `harbor`. For hosts known by their names it is that of
    /// their ``RegistryFamily``.
    public let name: String
    /// For people: `GitHub Container Registry`.
    public let title: String
    /// What to use: `a classic personal access token`.
    public let secret: String
    /// The minimum permissions: to pull, to push.
    public let permissions: String
    /// Where to get it.
    public let page: String
    /// What the user name is.
    public let username: String
    /// The kind and template that a login of it is.
    public let template: String
    /// The clients that a login of it is for.
    public var protocols: Set<WireProtocol> = [.registry]
    /// What is wrong with the shape of a login, and what to give instead; nil when it may be right.
    public let problem: @Sendable (_ username: [UInt8]?, _ secret: Secret) -> LoginProblem?

    /// The setting that names the guide of a host that does not say what runs there.
    public static let marker = "provider"

    /// The guide of that name, or nil.
    public static func named(_ name: String) -> ProviderGuide? { all.first { $0.name == name } }

    /// The guide for a host, or nil.
    public static func of(host: [UInt8]) -> ProviderGuide? {
        RegistryFamily.family(ofHost: host).flatMap { named($0.name) }
    }

    /// What is odd about a login that may be right, and is stored all the same; nil when nothing
    /// is.
    public func doubt(_ username: [UInt8]?, _ secret: Secret, isToken: Bool) -> String? {
        guard TokenShape.isAccountPassword(secret, username: username, family: name) else {
            return nil
        }
        return isToken
            ? "this does not look like a token of \(title), which takes \(self.secret); "
                + "it counts as weak"
            : "this looks like an account's own password, and \(title) has tokens; it counts as "
                + "weak"
    }

    /// Every guide.
    public static let all: [ProviderGuide] = [
        ghcr, dockerHub, ecr, ecrPublic, gar, acr, harbor, artifactory, quay, gitlab, github,
        bitbucket, codeberg, gitea, azure,
    ]
}
