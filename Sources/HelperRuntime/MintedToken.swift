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
    /// - Parameter file: the sealed file; nil when nothing was ever stored.
    /// - Throws: as ``RegistryAnswer/resolve(_:among:_:settings:)``, and what reading throws.
    func registryAnswer(
        _ query: Query, in file: SealedFile?
    ) throws(CredentialError) -> RegistryAnswer {
        let candidates = try file?.candidates(for: query.address, asking: .registry) ?? []
        return try RegistryAnswer.resolve(query, among: candidates, configuration.aws) {
            (candidate) throws(CredentialError) in
            try file?.credentials().first { $0.id == candidate.id }?.settings ?? []
        }
    }

    /// Whether a token would answer if nothing were stored.
    func isMinted(_ query: Query, beside file: SealedFile?) throws(CredentialError) -> Bool {
        let candidates = try file?.candidates(for: query.address, asking: .registry) ?? []
        return RegistryAnswer.isMinted(query, among: candidates, configuration.aws)
    }

    /// Whether a login is the token that the client was given a moment ago: docker stores what it
    /// has just used.
    func isCachedToken(_ login: Login, _ query: Query, beside file: SealedFile?) -> Bool {
        guard case .minted(let order)? = try? registryAnswer(query, in: file),
            let token = tokenDesk.cached(order, beside: file)
        else { return false }
        return token.username == login.username && token.secret.matches(login.secret)
    }

    /// Forgets the tokens that were minted for a registry.
    func forgetTokens(of address: Address, beside file: SealedFile?) throws(CredentialError) {
        try TokenCache(location, beside: file).forget(host: address.host)
    }
}
