import Configuration
import CredentialCore
import SealedFile
import Tokens

extension HelperSession {
    /// Where tokens come from.
    var tokenDesk: TokenDesk {
        TokenDesk(surroundings, configuration.aws, location)
    }

    /// What a registry client's request is answered from.
    ///
    /// - Parameter file: a sealed file, the machine's or the user's; nil when nothing was ever
    ///   stored.
    /// - Throws: as ``RegistryAnswer/resolve(_:among:_:settings:)``, and what reading throws.
    func registryAnswer(
        _ query: Query, in file: SealedFile?
    ) throws(CredentialError) -> RegistryAnswer {
        let candidates = try file?.candidates(for: query.address, asking: .registry) ?? []
        let answer = try RegistryAnswer.resolve(query, among: candidates, configuration.aws) {
            (candidate) throws(CredentialError) in
            try file?.credentials().first { $0.id == candidate.id }?.settings ?? []
        }
        guard file?.location.isMachines == true, case .minted(var order) = answer,
            case .credential(let id, let name, let version, _) = order.source
        else { return answer }
        order.source = .machine(id, name: name, version: version)
        return .minted(order)
    }

    /// Whether a token would answer if nothing were stored.
    func isMinted(_ query: Query, beside file: SealedFile?) throws(CredentialError) -> Bool {
        let own = try file?.candidates(for: query.address, asking: .registry) ?? []
        if RegistryAnswer.isMinted(query, among: own, configuration.aws) { return true }
        guard case .nothing = Resolver.resolve(query, among: own),
            let machines = try? open(.machine)?.candidates(for: query.address, asking: .registry)
        else { return false }
        return RegistryAnswer.isMinted(query, among: machines, configuration.aws)
    }

    /// Whether a login is the token that the client was given a moment ago: docker stores what it
    /// has just used.
    func isCachedToken(_ login: Login, _ query: Query, beside file: SealedFile?) -> Bool {
        guard let order = mintedOrder(query, beside: file),
            let token = tokenDesk.cached(order, beside: file)
        else { return false }
        return token.username == login.username && token.secret.matches(login.secret)
    }

    /// The order for the token that answers, in the sequence in which a `get` looks for one.
    private func mintedOrder(_ query: Query, beside file: SealedFile?) -> TokenOrder? {
        var ambient: TokenOrder?
        switch try? registryAnswer(query, in: file) {
        case .minted(let order) where !order.isAmbient: return order
        case .minted(let order): ambient = order
        case .nothing: break
        case .stored, nil: return nil
        }
        if let machine = try? open(.machine),
            case .minted(let order)? = try? registryAnswer(query, in: machine), !order.isAmbient
        {
            return order
        }
        return ambient
    }

    /// Forgets the tokens that were minted for a registry.
    func forgetTokens(of address: Address, beside file: SealedFile?) throws(CredentialError) {
        try TokenCache(location, beside: file).forget(host: address.host)
    }
}
