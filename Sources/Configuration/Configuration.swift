public import CredentialCore
import ProtectedFiles

/// How a secret comes over the session bus (Secret Service API, "Sessions").
public enum SecretServiceSession: String, Sendable {
    /// As it is: nobody but the user can listen.
    case plain
    /// Encrypted, after a Diffie-Hellman exchange.
    case diffieHellman = "dh"
}

/// What the configuration files and the environment say.
public struct Configuration: Sendable {
    /// The store that new secrets go to; nil when nobody chose yet.
    public private(set) var store: StoreKind?
    /// Whether the choice came from the environment and so is not to be written down.
    public private(set) var storeIsFromEnvironment = false
    /// Whether the sealed file may be used when the configured store cannot take a write.
    public private(set) var fallsBackToFile = false
    /// How secrets come over the bus when a helper reads them.
    public private(set) var secretServiceSession = SecretServiceSession.plain
    /// Whether the helpers may have the keyring ask its user for the password.
    public private(set) var unlocksByPrompt = false
    /// How long the user has to answer the keyring's prompt, in seconds.
    public private(set) var promptTimeout = 60
    /// Where the credentials of AWS come from.
    public private(set) var aws = AWSPreferences()
    /// Whether and how a person is asked where git finds nothing stored.
    public private(set) var prompt = PromptPreferences()
    private var oauthClients: [String: OAuthClient] = [:]
    /// The scopes that links of the helpers' names stand for.
    public private(set) var links: [String: Scope] = [:]
    /// The folders that scopes apply in.
    public private(set) var folders: [(path: String, scope: Scope)] = []
    /// What was set but means nothing to this version, for `keyfob status`.
    public private(set) var unknownKeys: [String] = []

    /// No configuration at all.
    public init() {}

    /// Reads the machine's file, then the user's, then the environment; the later wins.
    ///
    /// - Throws: `configuration` naming file and line, `unsafeFile` for a file that others can
    ///   write.
    public init(_ surroundings: Surroundings) throws(CredentialError) {
        for path in [Surroundings.machineConfigurationFile, surroundings.configurationFile] {
            try read(path, surroundings)
        }
        if let name = surroundings.variable("KEYFOB_STORE"), !name.isEmpty {
            store = try Self.storeKind(name, "KEYFOB_STORE")
            storeIsFromEnvironment = true
        }
    }

    /// What holds for the machine's store: the machine's file alone, whoever's home and environment
    /// root runs in. Its secrets are in its file, since a keyring is a person's.
    ///
    /// - Throws: as ``init(_:)``.
    public init(ofMachine surroundings: Surroundings) throws(CredentialError) {
        try read(Surroundings.machineConfigurationFile, surroundings)
        store = .file
        fallsBackToFile = false
    }

    private mutating func read(
        _ path: String, _ surroundings: Surroundings
    ) throws(CredentialError) {
        guard let file = try ProtectedFile(path: path, rule: .configuration) else { return }
        try apply(
            file.readAll(limit: ConfigurationSyntax.limit), path: path, home: surroundings.home)
    }

    /// Applies a file's bytes.
    ///
    /// - Throws: `configuration` when they cannot be followed.
    mutating func apply(
        _ bytes: [UInt8], path: String, home: String
    ) throws(CredentialError) {
        for entry in try ConfigurationSyntax.entries(in: bytes, path: path) {
            try apply(entry, path: path, home: home)
        }
    }

    /// Applies one entry.
    ///
    /// - Throws: `configuration` when the value cannot be followed.
    public mutating func apply(
        _ entry: ConfigurationSyntax.Entry, path: String, home: String
    ) throws(CredentialError) {
        try apply(entry, place: "\(path), line \(entry.line)", home: home)
    }

    /// Applies one entry.
    ///
    /// - Parameter place: where it stands, for messages.
    mutating func apply(
        _ entry: ConfigurationSyntax.Entry, place: String, home: String
    ) throws(CredentialError) {
        switch (entry.section, entry.key, entry.subsection) {
        case ("keyfob", "store", nil):
            store = try Self.storeKind(entry.value, place)
        case ("keyfob", "fallback", nil):
            guard entry.value == "file" || entry.value == "none" else {
                throw CredentialError(
                    .configuration, "\(place): the fallback can only be `file` or `none`")
            }
            fallsBackToFile = entry.value == "file"
        case ("secret-service", "session", nil):
            guard let session = SecretServiceSession(rawValue: entry.value) else {
                throw CredentialError(
                    .configuration, "\(place): a session can only be `plain` or `dh`")
            }
            secretServiceSession = session
        case ("secret-service", "unlock", nil):
            guard entry.value == "ask" || entry.value == "never" else {
                throw CredentialError(
                    .configuration, "\(place): unlock can only be `ask` or `never`")
            }
            unlocksByPrompt = entry.value == "ask"
        case ("secret-service", "prompttimeout", nil):
            promptTimeout = try Self.promptTimeout(entry.value, place)
        case ("aws", _, _) where try aws.apply(entry, place): break
        case ("prompt", _, _)
        where try prompt.apply(entry, place, home: home): break
        case ("oauth", _, let host?)
        where try oauthClients[HostKey(host, place).text, default: OAuthClient()]
            .apply(entry, place):
            break
        case ("link", "scope", let name?):
            links[name] = try Self.scope(entry.value, place)
        case ("scope", "path", let name?):
            let folder =
                entry.value.hasPrefix("~/") ? home + entry.value.dropFirst(1) : entry.value
            guard folder.hasPrefix("/") else {
                throw CredentialError(
                    .configuration, "\(place): `\(entry.value)` is not an absolute path")
            }
            folders.append((folder, try Self.scope(name, place)))
        default:
            let subsection = entry.subsection.map { ".\($0)" } ?? ""
            unknownKeys.append("\(entry.section)\(subsection).\(entry.key) (\(place))")
        }
    }

    /// As which OAuth client Keyfob is registered at a host; nil where nothing says so.
    public func oauthClient(at address: Address) -> OAuthClient? {
        oauthClients[HostKey.text(of: address)]
    }

    /// The host whose client's secret is taken from a stored credential; nil when none is.
    public func hostTakingClientSecret(from name: String) -> String? {
        oauthClients.filter { $0.value.secretName == name }.keys.min()
    }

    private static func promptTimeout(
        _ text: String, _ place: String
    ) throws(CredentialError) -> Int {
        guard let seconds = Int(text), (1...3600).contains(seconds) else {
            throw CredentialError(
                .configuration, "\(place): `\(text)` is no time for a prompt",
                remedy: "write a number of seconds, 1 to 3600")
        }
        return seconds
    }

    private static func storeKind(
        _ name: String, _ place: String
    ) throws(CredentialError) -> StoreKind {
        guard let store = StoreKind.allCases.first(where: { $0.name == name }) else {
            throw CredentialError(
                .configuration, "\(place): `\(name)` is not a store",
                remedy: "write `file` or `secret-service`")
        }
        return store
    }

    private static func scope(_ text: String, _ place: String) throws(CredentialError) -> Scope {
        do throws(CredentialError) {
            return try Scope(text.utf8)
        } catch {
            throw CredentialError(
                .configuration, "\(place): \(error.problem)", remedy: error.remedy)
        }
    }
}
