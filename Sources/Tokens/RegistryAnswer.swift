public import Configuration
public import CredentialCore

/// What a registry client is answered from.
public enum RegistryAnswer: Sendable {
    /// A secret that is stored.
    case stored(Candidate)
    /// A token that is minted.
    case minted(TokenOrder)
    /// Nothing.
    case nothing

    /// Decides what answers: what is stored for the address, and where that is nothing, or a login
    /// whose time has passed, a token, on a host that is known to take one.
    ///
    /// - Parameters:
    ///   - candidates: all bindings that might answer.
    ///   - settings: the settings of a credential that answers under a name of the user's own.
    /// - Throws: `expired` when an access key's time has passed, `configuration` when one is to
    ///   answer for a host that is no ECR registry's, and does not say for which it stands; what
    ///   `settings` throws.
    public static func resolve(
        _ query: Query, among candidates: [Candidate], _ preferences: AWSPreferences,
        settings: (Candidate) throws(CredentialError) -> [Credential.Setting]
    ) throws(CredentialError) -> RegistryAnswer {
        let registry = TokenOrder.registry(at: query.address, preferences)
        var live = candidates
        if registry != nil || hasKey(for: query, among: candidates) {
            live.removeAll { $0.origin.isLogin && $0.isExpired(at: query.now) }
        }
        switch Resolver.resolve(query, among: live) {
        case .answer(let key) where !key.kind.isSentAsStored:
            return .minted(try order(query, from: key, registry, settings))
        case .answer(let stored): return .stored(stored)
        case .suspended, .nothing:
            guard let registry else { return .nothing }
            let source = TokenOrder.ambientSource(for: query.address, registry, preferences)
            return .minted(TokenOrder(query.address, registry, source))
        }
    }

    /// Whether a token would answer if nothing else did.
    public static func isMinted(
        _ query: Query, among candidates: [Candidate], _ preferences: AWSPreferences
    ) -> Bool {
        TokenOrder.registry(at: query.address, preferences) != nil
            || hasKey(for: query, among: candidates)
    }

    /// Whether there is an access key for an address, whatever else there is.
    private static func hasKey(for query: Query, among candidates: [Candidate]) -> Bool {
        candidates.contains { candidate in
            guard !candidate.kind.isSentAsStored else { return false }
            if case .fits = Resolver.verdict(on: candidate, for: query) { return true }
            return false
        }
    }

    /// The order for a token from an access key.
    ///
    /// - Parameter registry: the one that the address itself stands for, if it does.
    private static func order(
        _ query: Query, from key: Candidate, _ registry: ECRRegistry?,
        _ settings: (Candidate) throws(CredentialError) -> [Credential.Setting]
    ) throws(CredentialError) -> TokenOrder {
        guard !key.isExpired(at: query.now) else {
            throw CredentialError(
                .expired, "the access key \(key.name) for \(query.address.text) has expired",
                remedy: "renew it with `keyfob edit \(key.name)`")
        }
        let named = registry == nil ? try registryBehind(key, settings) : registry
        guard let registry = named else {
            throw CredentialError(
                .configuration,
                "\(key.name) is an access key, and \(query.address.text) is not the name of an "
                    + "ECR registry",
                remedy: "say for which it stands: `keyfob edit \(key.name) --account "
                    + "123456789012 --region eu-west-1`")
        }
        let source = TokenOrder.Source.credential(
            key.id, name: key.name, version: key.version, store: key.store)
        return TokenOrder(query.address, registry, source)
    }

    /// The registry that an access key's settings name for a host of the user's own. A stranger's
    /// host, which a wildcard may cover, is nobody's own.
    private static func registryBehind(
        _ key: Candidate,
        _ settings: (Candidate) throws(CredentialError) -> [Credential.Setting]
    ) throws(CredentialError) -> ECRRegistry? {
        guard !key.binding.pattern.matchesHostsOfStrangers else { return nil }
        let settings = try settings(key)
        let value = { (name: String) in settings.first { $0.name == name }?.value }
        guard let account = value(AccessKeySetting.account.rawValue),
            let region = value(AccessKeySetting.region.rawValue)
        else { return nil }
        return ECRRegistry(account: account, region: region)
    }
}

/// The settings of an access key.
public enum AccessKeySetting: String, CaseIterable, Sendable {
    /// The account whose registry stands behind a DNS name of the user's own.
    case account
    /// That registry's region, and that of the STS endpoint where a role is assumed.
    case region
    /// The role that is assumed.
    case roleARN = "role-arn"
    /// The external id that the role's trust policy wants.
    case externalID = "external-id"
    /// The MFA device that the role's trust policy wants a code of.
    case mfaSerial = "mfa-serial"
    /// The name of the role's sessions, by which they are told apart in AWS' logs.
    case sessionName = "session-name"
}
