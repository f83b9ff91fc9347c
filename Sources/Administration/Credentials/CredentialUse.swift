import Configuration
import CredentialCore
import SealedFile

/// What still names a credential, so that removing it would leave something behind that no longer
/// works.
struct CredentialUse {
    private let configuration: Configuration
    /// What `keyfob setup` told clients to ask Keyfob for, by client.
    private var hosts: [(client: String, wireProtocol: WireProtocol, address: Address)] = []

    /// - Throws: `damaged` when a record of setup cannot be read.
    init(_ session: AdminSession) throws(CredentialError) {
        configuration = session.configuration
        // Clients are set up by each user for the helpers, which ask the machine's store last.
        guard !session.location.isMachines else { return }
        let folder = "\(session.surroundings.stateFolder)/setup"
        for client in ["docker", "git", "podman", "helm"] {
            for edit in try SetupRecord.load(client, from: folder).edits {
                guard let (wireProtocol, address) = Self.host(in: edit.setting) else { continue }
                hosts.append((client, wireProtocol, address))
            }
        }
    }

    /// The host in a setting's name: of `credHelpers` in docker's configuration, and of
    /// `credential.URL.helper` in git's.
    private static func host(in setting: [String]) -> (WireProtocol, Address)? {
        if setting.count == 2, setting[0] == "credHelpers" {
            return (try? Address(registry: Array(setting[1].utf8))).map { (.registry, $0) }
        }
        guard let key = setting.first, setting.count == 1, key.hasPrefix("credential."),
            key.hasSuffix(".helper"), key.utf8.count > "credential..helper".utf8.count
        else { return nil }
        let url = key.dropFirst("credential.".count).dropLast(".helper".count)
        return (try? Address(git: Array(url.utf8))).map { (.git, $0) }
    }

    /// Checks that nothing names any of the credentials but each other.
    ///
    /// - Throws: `conflict` with what does.
    func check(
        removing ids: Set<CredentialID>, of all: [Credential]
    ) throws(CredentialError) {
        let rest = all.filter { !ids.contains($0.id) }
        for credential in all where ids.contains(credential.id) {
            guard let use = use(of: credential, beside: rest) else { continue }
            throw CredentialError(
                .conflict, "\(credential.name) is in use: \(use)",
                remedy: "nothing was removed; `--force` removes it all the same")
        }
    }

    private func use(of credential: Credential, beside rest: [Credential]) -> String? {
        if let other = rest.first(where: { $0.needs.contains(credential.name) }) {
            return "\(other.name) needs it"
        }
        if let host = configuration.hostTakingClientSecret(from: credential.name) {
            return "the configuration takes the secret of the OAuth client at \(host) from it"
        }
        let scope = credential.scope
        if !scope.isNone, !rest.contains(where: { $0.scope == scope }) {
            if let folder = configuration.folders.first(where: { $0.scope == scope }) {
                return "it is the last of the scope \(scope.text), which the configuration names "
                    + "for \(folder.path)"
            }
            if let link = configuration.links.filter({ $0.value == scope }).keys.min() {
                return "it is the last of the scope \(scope.text), which the configuration names "
                    + "for the link \(link)"
            }
        }
        let last = hosts.first { host in
            Self.answers(credential, host.wireProtocol, host.address)
                && !rest.contains { Self.answers($0, host.wireProtocol, host.address) }
        }
        return last.map {
            "\($0.client) was set up to ask Keyfob for \($0.address.text), and nothing else "
                + "answers there"
        }
    }

    private static func answers(
        _ credential: Credential, _ wireProtocol: WireProtocol, _ address: Address
    ) -> Bool {
        credential.bindings.contains {
            $0.wireProtocol == wireProtocol && $0.pattern.address.port == address.port
                && $0.pattern.matches(host: address.host)
        }
    }
}
