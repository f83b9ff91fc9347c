import CredentialCore
import HostAccess

/// The logins that a logout is about: those that git's or docker's own would erase, and never what
/// an administrator stored.
struct LoginsAt {
    private let git: Address?
    private let registries: [Address]
    private let scope: Scope
    private let username: [UInt8]?
    private var isDeep: Bool

    /// - Parameters:
    ///   - named: the host, and whose; without a protocol both are meant.
    ///   - isDeep: whether logins for paths below are meant as well.
    /// - Throws: `badRequest` when it is no address.
    init(
        _ named: NamedAddress, _ scope: Scope, isDeep: Bool
    ) throws(CredentialError) {
        let bytes = Array(named.text.utf8)
        git = named.wireProtocol == .registry ? nil : try Address(git: bytes)
        registries = named.wireProtocol == .git ? [] : try Address.registryErasures(bytes)
        self.scope = scope
        username = named.username.map { Array($0.utf8) }
        self.isDeep = isDeep
    }

    /// The same with logins for paths below.
    var includingPaths: LoginsAt {
        var deep = self
        deep.isDeep = true
        return deep
    }

    /// Whether a credential is one of them.
    func contains(_ credential: Credential) -> Bool {
        guard credential.origin.isLogin, credential.scope == scope else { return false }
        return isTheirs(credential) && credential.bindings.contains(where: isMeant)
    }

    /// What an administrator stored for the same places.
    func seeds(among stored: [Credential]) -> [Credential] {
        stored.filter { credential in
            !credential.origin.isLogin && credential.scope.encloses(scope) && isTheirs(credential)
                && credential.bindings.contains { binding in
                    addresses(binding.wireProtocol).contains {
                        binding.pattern.matches(host: $0.host)
                            && binding.pattern.address.port == $0.port
                    }
                }
        }
    }

    private func isTheirs(_ credential: Credential) -> Bool {
        username == nil || credential.username == username
            || username.map { OAuthMark(credential)?.isFor($0) ?? false } ?? false
    }

    private func isMeant(_ binding: Binding) -> Bool {
        let stored = binding.pattern.address
        return addresses(binding.wireProtocol).contains { address in
            guard stored.scheme == address.scheme, stored.host == address.host,
                stored.port == address.port
            else { return false }
            // Docker Hub's own entries are a part of the login.
            let isPart = stored.answersOnlyExactly && address.path.isEmpty
            return stored.path == address.path || isPart || (isDeep && isBelow(stored, address))
        }
    }

    private func isBelow(_ stored: Address, _ address: Address) -> Bool {
        address.path.isEmpty || stored.path.starts(with: address.path + Array("/".utf8))
    }

    private func addresses(_ wireProtocol: WireProtocol) -> [Address] {
        wireProtocol == .git ? git.map { [$0] } ?? [] : registries
    }
}
