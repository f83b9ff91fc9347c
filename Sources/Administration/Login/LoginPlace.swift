import Configuration
import CredentialCore
import HostAccess
import Hosts

/// Where somebody logs in or out, as they name it: `github.com`, `registry:ghcr.io/acme`,
/// `https://git.example.com`.
struct LoginPlace: Hashable {
    let wireProtocol: WireProtocol
    let address: Address

    /// `git:github.com`, the form that commands read.
    var text: String { Binding(wireProtocol, AddressPattern(address)).text }

    /// The place that an argument names; nil when it does not say by which protocol.
    ///
    /// - Throws: `badRequest` when it is no address.
    static func named(_ named: NamedAddress) throws(CredentialError) -> LoginPlace? {
        guard let wireProtocol = named.wireProtocol else { return nil }
        return try LoginPlace(wireProtocol, named.text)
    }

    /// The place of a protocol at an address.
    init(_ wireProtocol: WireProtocol, _ text: String) throws(CredentialError) {
        let bytes = Array(text.utf8)
        self.wireProtocol = wireProtocol
        address = try wireProtocol == .git ? Address(git: bytes) : Address(registry: bytes)
    }

    /// The place that a text means where it does not say by which protocol: what the host is known
    /// as, else what it answers.
    ///
    /// - Throws: `unreachable` when nobody knows it and it does not answer.
    static func guessed(
        _ text: String, _ session: AdminSession
    ) throws(CredentialError) -> LoginPlace {
        let git = try LoginPlace(.git, text)
        let registry = try LoginPlace(.registry, text)
        let host = registry.address.host
        if let family = RegistryFamily.family(ofHost: host), git.address.port == 0 {
            return registry.isRegistry(of: family) ? registry : git
        }
        guard !isGit(git.address, session.configuration) else { return git }
        let isRegistry = try registry.isRegistry(or: git)
        let (place, other) = isRegistry ? (registry, git) : (git, registry)
        Console.note(
            "\(git.address.text) \(isRegistry ? "answers as a registry" : "is no registry"): this "
                + "is about \(place.text); write \(other.text) if you mean that")
        return place
    }

    /// Whether a host's name, or what the configuration says of it, makes it a git host.
    private static func isGit(_ address: Address, _ configuration: Configuration) -> Bool {
        let provider = configuration.prompt.provider(at: address)
        return provider != nil || configuration.oauthClient(at: address) != nil
            || CodeHost(at: address, provider: nil) != .generic
            || configuration.prompt.hasOwnMode(at: address)
    }

    /// Whether registry clients, not git, log in at a known host.
    private func isRegistry(of family: RegistryFamily) -> Bool {
        // One name for both would be no name: what GitLab's registry is called says so.
        guard let guide = ProviderGuide.named(family.name), guide.protocols.contains(.git) else {
            return true
        }
        return guide.protocols.contains(.registry)
            && address.host.starts(with: "registry.".utf8)
    }

    /// Whether a registry stands there: its API asks for a login, or lets anybody in.
    ///
    /// - Throws: `unreachable` when nothing answers at all.
    private func isRegistry(or git: LoginPlace) throws(CredentialError) -> Bool {
        if try examined().contains(where: { $0.topic == "challenge" && $0.state == .good }) {
            return true
        }
        try git.checkItAnswers(else: "say what it is: \(git.text) or \(text)")
        return false
    }

    /// Makes sure that something answers there, whatever it says.
    ///
    /// - Parameter way: what to do beside mending what is in the way.
    /// - Throws: `unreachable` when nothing does.
    func checkItAnswers(else way: String) throws(CredentialError) {
        let findings = try examined()
        guard !findings.contains(where: { $0.topic == "connection" && $0.state == .good }),
            let obstacle = findings.first
        else { return }
        throw CredentialError(
            .unreachable, obstacle.text,
            remedy: (obstacle.remedy.map { "\($0), or " } ?? "") + way)
    }

    private func examined() throws(CredentialError) -> [Examination.Finding] {
        let request = HostRequest.examine(HostPlace(wireProtocol, address), nil)
        guard case .examination(let examination) = try HostDesk().ask(request) else {
            throw HostDesk.misunderstanding
        }
        return examination.findings
    }
}
