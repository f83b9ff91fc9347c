import CredentialCore

/// What `[aws]` says: where the credentials that ECR tokens are minted from come from.
public struct AWSPreferences: Hashable, Sendable {
    /// Whether the metadata service of an EC2 instance is asked.
    public var metadata = MetadataUse.automatic
    /// Whether a profile's `credential_process` may be run.
    public var runsProcesses = true
    /// How long minting may take, in seconds.
    public var timeout = 30
    /// The profile to use, by account or by registry host.
    public private(set) var profiles: [String: String] = [:]
    /// The ECR host behind a registry's own DNS name.
    public private(set) var registries: [String: String] = [:]

    /// What is so when nothing is said.
    public init() {}

    /// Applies an entry of a section `aws`.
    ///
    /// - Returns: whether the key means anything.
    /// - Throws: `configuration` when the value cannot be followed.
    mutating func apply(
        _ entry: ConfigurationSyntax.Entry, _ place: String
    ) throws(CredentialError) -> Bool {
        switch (entry.key, entry.subsection) {
        case ("metadata", nil):
            guard let use = MetadataUse(rawValue: entry.value) else {
                throw CredentialError(
                    .configuration, "\(place): metadata can only be `auto`, `always` or `never`")
            }
            metadata = use
        case ("processes", nil):
            guard entry.value == "allow" || entry.value == "never" else {
                throw CredentialError(
                    .configuration, "\(place): processes can only be `allow` or `never`")
            }
            runsProcesses = entry.value == "allow"
        case ("timeout", nil):
            guard let seconds = Int(entry.value), (1...300).contains(seconds) else {
                throw CredentialError(
                    .configuration, "\(place): `\(entry.value)` is no time for minting",
                    remedy: "write a number of seconds, 1 to 300")
            }
            timeout = seconds
        case ("profile", let name?):
            guard !entry.value.isEmpty else {
                throw CredentialError(
                    .configuration, "\(place): the profile has no name",
                    remedy: "write that of a profile of ~/.aws/config")
            }
            profiles[try Self.isAccount(name) ? name : Self.host(name, place)] = entry.value
        case ("registry", let name?):
            let registry = entry.value.lowercased()
            guard ECRRegistry(host: Array(registry.utf8)) != nil else {
                throw CredentialError(
                    .configuration, "\(place): `\(entry.value)` is not the host of an ECR registry",
                    remedy: "write one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com")
            }
            registries[try Self.host(name, place)] = registry
        default: return false
        }
        return true
    }

    private static func isAccount(_ name: String) -> Bool {
        name.utf8.count == 12 && name.utf8.allSatisfy(Byte.isDigit)
    }

    /// A registry's host, with its port, as its address has it. What could never match one is refused:
    /// other credentials than the ones meant would be used, and nobody would know.
    private static func host(_ name: String, _ place: String) throws(CredentialError) -> String {
        let address = try? Address(registry: Array(name.utf8))
        guard let address, address.path.isEmpty, !name.contains("/"),
            !name.utf8.allSatisfy(Byte.isDigit)
        else {
            throw CredentialError(
                .configuration, "\(place): `\(name)` is no account and no registry's host",
                remedy: "write an account's twelve digits or a host such as images.example.com")
        }
        return String(decoding: address.authority, as: UTF8.self)
    }
}
