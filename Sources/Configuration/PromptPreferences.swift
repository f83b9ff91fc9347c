public import CredentialCore

/// What `[prompt]` says: whether and how a person is asked where git finds nothing stored.
public struct PromptPreferences: Hashable, Sendable {
    /// What happens where nothing is stored.
    public enum Mode: String, Sendable, CaseIterable {
        /// Nothing: git asks by itself.
        case off
        /// A person is asked for a user name and a password or token.
        case ask
        /// A person logs in with their browser, or on another device.
        case oauth
    }

    /// What can be said of one host, and of all.
    struct Rules: Hashable, Sendable {
        var mode: Mode?
        var verifies: Bool?
        var provider: String?
        var caBundle: String?
    }

    private var general = Rules()
    private var hosts: [String: Rules] = [:]
    /// How long a person has to answer, in seconds.
    public private(set) var timeout = 300
    /// The program that asks in the terminal's place, pinentry(1) or one like it.
    public private(set) var pinentry: String?
    /// The program that opens a page.
    public private(set) var browser: String?

    /// What is so when nothing is said.
    public init() {}

    /// Whether anything but ``Mode/off`` is set anywhere.
    public var asksSomewhere: Bool {
        general.mode.map { $0 != .off } ?? false
            || hosts.values.contains { $0.mode.map { $0 != .off } ?? false }
    }

    /// What is said of modes: for every host first, where that is said, then of single hosts by
    /// their names.
    public var modes: [(host: String?, mode: Mode)] {
        let single = hosts.compactMap { host, rules in rules.mode.map { (host, $0) } }
            .sorted { $0.0 < $1.0 }
        return (general.mode.map { [(nil, $0)] } ?? []) + single.map { (Optional($0.0), $0.1) }
    }

    /// What happens where nothing is stored for an address.
    public func mode(at address: Address) -> Mode {
        value(at: address) { $0.mode } ?? .off
    }

    /// Whether a host has a mode of its own.
    public func hasOwnMode(at address: Address) -> Bool {
        hosts[HostKey.text(of: address)]?.mode != nil
    }

    /// Whether what a person entered is tried before it is stored.
    public func verifies(at address: Address) -> Bool {
        value(at: address) { $0.verifies } ?? true
    }

    /// What runs at a host that does not say: `github`, `gitlab`, `gitea` and so on.
    public func provider(at address: Address) -> String? {
        value(at: address) { $0.provider }
    }

    /// The file of certificates by which a host is known, in place of the system's.
    public func caBundle(at address: Address) -> String? {
        value(at: address) { $0.caBundle }
    }

    /// A closure, not a key path: what those take to run would be a sixth of a static helper.
    private func value<Value>(at address: Address, _ rule: (Rules) -> Value?) -> Value? {
        if !hosts.isEmpty, let own = hosts[HostKey.text(of: address)].flatMap(rule) { return own }
        return rule(general)
    }

    /// The names of what may run at a host.
    static let providers = [
        "github", "gitlab", "gitea", "forgejo", "codeberg", "bitbucket", "azure", "generic",
    ]

    /// Applies an entry of a section `prompt`.
    ///
    /// - Returns: whether the key means anything.
    /// - Throws: `configuration` when the value cannot be followed.
    mutating func apply(
        _ entry: ConfigurationSyntax.Entry, _ place: String, home: String
    ) throws(CredentialError) -> Bool {
        switch (entry.key, entry.subsection) {
        case ("timeout", nil):
            guard let seconds = Int(entry.value), (1...3600).contains(seconds) else {
                throw CredentialError(
                    .configuration, "\(place): `\(entry.value)` is no time for an answer",
                    remedy: "write a number of seconds, 1 to 3600")
            }
            timeout = seconds
        case ("pinentry", nil): pinentry = try Self.program(entry, place, home)
        case ("browser", nil): browser = try Self.program(entry, place, home)
        case (_, nil): return try general.apply(entry, place, home: home)
        case (_, let host?):
            let key = try HostKey(host, place).text
            return try hosts[key, default: Rules()].apply(entry, place, home: home)
        }
        return true
    }

    private static func program(
        _ entry: ConfigurationSyntax.Entry, _ place: String, _ home: String
    ) throws(CredentialError) -> String {
        let path = entry.value.hasPrefix("~/") ? home + entry.value.dropFirst(1) : entry.value
        guard path.hasPrefix("/") || (!path.contains("/") && !path.isEmpty) else {
            throw CredentialError(
                .configuration,
                "\(place): `\(entry.value)` is neither the name of a program nor "
                    + "an absolute path")
        }
        return path
    }
}

extension PromptPreferences.Rules {
    mutating func apply(
        _ entry: ConfigurationSyntax.Entry, _ place: String, home: String
    ) throws(CredentialError) -> Bool {
        switch entry.key {
        case "mode":
            guard let mode = PromptPreferences.Mode(rawValue: entry.value) else {
                throw CredentialError(
                    .configuration, "\(place): a mode can only be `off`, `ask` or `oauth`")
            }
            self.mode = mode
        case "verify":
            guard entry.value == "true" || entry.value == "false" else {
                throw CredentialError(
                    .configuration, "\(place): verify can only be `true` or `false`")
            }
            verifies = entry.value == "true"
        case "provider":
            guard PromptPreferences.providers.contains(entry.value) else {
                throw CredentialError(
                    .configuration, "\(place): `\(entry.value)` is no provider known here",
                    remedy: "write one of \(PromptPreferences.providers.joined(separator: ", "))")
            }
            provider = entry.value
        case "cabundle":
            let path = entry.value.hasPrefix("~/") ? home + entry.value.dropFirst(1) : entry.value
            guard path.hasPrefix("/") else {
                throw CredentialError(
                    .configuration, "\(place): `\(entry.value)` is not an absolute path")
            }
            caBundle = path
        default: return false
        }
        return true
    }
}
