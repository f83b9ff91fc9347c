import CredentialCore
import Hosts

extension Explanation {
    /// What would make something answer where nothing does.
    struct Offer: Encodable {
        let command: String
        /// When it helps, or what is needed for it.
        let note: String

        /// What there is to offer for an address for which nothing is stored.
        static func offers(_ query: Query, _ credentials: [Credential]) -> [Offer] {
            let isKnown = credentials.contains {
                $0.isBound(query.wireProtocol, at: query.address.host)
            }
            let bindings = credentials.compactMap { binding($0, to: query) }
            guard bindings.isEmpty, !isKnown else { return bindings }
            return [adding(query)].compactMap(\.self)
        }

        /// To bind what is stored for the same account's other service. Whether it will be let in
        /// there no catalogue knows: its secret is not read.
        private static func binding(_ credential: Credential, to query: Query) -> Offer? {
            let host = query.address.host
            guard
                let pair = SharedToken.all.first(where: { $0.host(query.wireProtocol) == host }),
                query.address.port == 0,
                credential.isBound(
                    query.wireProtocol.other, at: pair.host(query.wireProtocol.other)),
                !credential.isBound(query.wireProtocol, at: host),
                credential.kind == .token || credential.kind == .password,
                credential.authtype == nil, !credential.isAccountPassword,
                credential.scope.encloses(query.scope),
                query.username == nil || query.username == credential.username,
                credential.expiresAt.map({ $0 > query.now }) ?? true
            else { return nil }
            let text = String(decoding: host, as: UTF8.self)
            return Offer(
                command: "keyfob bind \(credential.name) \(query.wireProtocol.name):\(text)",
                note: pair.condition(query.wireProtocol))
        }

        /// To add what the host's guide names.
        private static func adding(_ query: Query) -> Offer? {
            let host = query.address.host
            guard let guide = ProviderGuide.of(host: host),
                guide.protocols.contains(query.wireProtocol),
                !SharedToken.all.contains(where: { $0.host(query.wireProtocol.other) == host })
            else { return nil }
            let binding = Binding(query.wireProtocol, AddressPattern(query.address)).text
            return Offer(
                command: "keyfob add NAME --kind \(guide.template) --bind \(binding)",
                note: "\(guide.title) takes \(guide.secret)")
        }
    }
}

/// Two services, for registry clients and for git, that one token may open.
private struct SharedToken {
    let registry: String
    let git: String
    /// What the token must be and be allowed for the registry.
    let forRegistry: String
    /// What the token must be allowed for git.
    let forGit: String

    // https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-container-registry
    // https://docs.gitlab.com/security/tokens/access_token_scopes/
    static let all = [
        SharedToken(
            registry: "ghcr.io", git: "github.com",
            forRegistry: "if its token is a classic one with read:packages",
            forGit: "if its token has the scope repo"),
        SharedToken(
            registry: "registry.gitlab.com", git: "gitlab.com",
            forRegistry: "if its token has read_registry",
            forGit: "if its token has read_repository"),
    ]

    func host(_ wireProtocol: WireProtocol) -> [UInt8] {
        Array((wireProtocol == .registry ? registry : git).utf8)
    }

    func condition(_ wireProtocol: WireProtocol) -> String {
        wireProtocol == .registry ? forRegistry : forGit
    }
}

extension WireProtocol {
    fileprivate var other: WireProtocol { self == .registry ? .git : .registry }
}

extension Credential {
    /// Whether it is for a host, whatever the path.
    fileprivate func isBound(_ wireProtocol: WireProtocol, at host: [UInt8]) -> Bool {
        bindings.contains { $0.wireProtocol == wireProtocol && $0.pattern.matches(host: host) }
    }
}
