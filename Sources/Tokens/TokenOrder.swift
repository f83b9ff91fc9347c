public import Configuration
public import CredentialCore
import Glibc
import Launch
public import SealedFile

/// A token that is wanted: for which registry, and from what it is to be minted.
public struct TokenOrder: Sendable, Hashable {
    /// What a token is minted from.
    public enum Source: Sendable, Hashable {
        /// A stored credential, in this version.
        case credential(CredentialID, name: String, version: UInt64, store: StoreKind)
        /// An access key in the machine's store, in this version. It is never locked.
        case machine(CredentialID, name: String, version: UInt64)
        /// What AWS' own tools would use here; a profile's, where the configuration names one.
        case ambient(profile: String?)
    }

    /// The registry's address, as clients name it.
    public var address: Address
    /// The ECR registry behind it.
    public var registry: ECRRegistry
    /// The source.
    public var source: Source

    /// An order from its parts.
    public init(_ address: Address, _ registry: ECRRegistry, _ source: Source) {
        self.address = address
        self.registry = registry
        self.source = source
    }

    /// The ECR registry that an address is known to stand for: by its own name, or by the
    /// configuration's word; nil for any other host.
    public static func registry(
        at address: Address, _ preferences: AWSPreferences
    ) -> ECRRegistry? {
        guard address.scheme == Array("https".utf8) else { return nil }
        if address.port == 0, let registry = ECRRegistry(host: address.host) { return registry }
        guard !preferences.registries.isEmpty else { return nil }
        let authority = String(decoding: address.authority, as: UTF8.self)
        return preferences.registries[authority].flatMap { ECRRegistry(host: Array($0.utf8)) }
    }

    /// The source for a registry that no stored credential is bound to.
    public static func ambientSource(
        for address: Address, _ registry: ECRRegistry, _ preferences: AWSPreferences
    ) -> Source {
        let authority = String(decoding: address.authority, as: UTF8.self)
        return .ambient(
            profile: preferences.profiles[authority]
                ?? registry.account.flatMap { preferences.profiles[$0] })
    }

    /// What the token is found by in the cache. Everything that decides which token it is goes in,
    /// the secrets of the environment among it, but for the files that were read, which stand in
    /// the entry itself.
    public func key(_ surroundings: Surroundings, _ preferences: AWSPreferences) -> TokenKey {
        let writer = MessageWriter()
        // Which paths there it is for is decided before; the token is the same for all.
        writer.write(String(decoding: address.authority, as: UTF8.self))
        write(registry, to: writer)
        write(source, to: writer)
        writer.write(surroundings.home)
        writer.write(preferences.metadata.rawValue)
        writer.write(preferences.runsProcesses)
        for variable in variables {
            guard let value = surroundings.variable(variable.rawValue) else { continue }
            writer.write(variable.rawValue)
            writer.write(value)
        }
        return TokenKey(
            description: writer.message, host: address.host, isLockedWithStore: isLockedWithStore)
    }

    /// Whether it is minted from what AWS' own tools would use here.
    public var isAmbient: Bool {
        if case .ambient = source { return true }
        return false
    }

    /// Whether the secret behind the token is in the sealed file, which may be locked.
    private var isLockedWithStore: Bool {
        if case .credential(_, _, _, .file) = source { return true }
        return false
    }
}

extension TokenOrder {
    /// The variables that decide which token it is. Nothing else may read one.
    public var variables: [AWSVariable] {
        isAmbient ? AWSVariable.allCases : Self.whereToSend
    }

    /// Those that count when the keys are stored in Keyfob.
    private static let whereToSend: [AWSVariable] = [
        .endpointURL, .endpointURLOfECR, .endpointURLOfECRPublic, .endpointURLOfSTS,
        .ignoresEndpointURLs, .usesFIPS, .usesDualStack, .stsRegionalEndpoints, .caBundle,
    ]
}
