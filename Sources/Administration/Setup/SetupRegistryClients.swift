import ArgumentParser
import Configuration
import CredentialCore

/// `keyfob setup docker`
struct SetupDocker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker",
        abstract: "Let docker ask Keyfob for the credentials of registries.",
        discussion: """
            Sets `credsStore` in docker's config.json, or with --registry `credHelpers` for those \
            registries alone. With --link NAME docker calls docker-credential-keyfob-NAME, which \
            works in the scope that `[link "NAME"]` in Keyfob's configuration names: so one \
            registry can have an account of its own.
            """)

    @Option(help: ArgumentHelp("Only this registry. May be repeated.", valueName: "host"))
    var registry: [String] = []

    @Option(help: ArgumentHelp("Call the helper by this link of its name.", valueName: "name"))
    var link: String?

    @OptionGroup var options: SetupOptions

    func validate() throws {
        for host in registry where RegistryHost.key(of: host) == nil {
            throw ValidationError("`\(Printable.text(host))` is not a registry's host[:port]")
        }
        if let link, !HelperName.isValid(link) {
            throw ValidationError(
                "the name of a link has a-z, 0-9 and, after the first, `_`, `-` and `.` only")
        }
    }

    func run() throws {
        try Setup.run(options) { surroundings in
            RegistryClient(
                name: "docker", login: ClientLogin(words: "docker login", hub: nil),
                file: surroundings.dockerConfigurationFile,
                registries: registry.compactMap(RegistryHost.key), link: link,
                surroundings: surroundings)
        }
    }
}

/// `keyfob setup helm`
struct SetupHelm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helm",
        abstract: "Let helm ask Keyfob for the credentials of chart registries.",
        discussion: "Sets `credsStore` in helm's registry/config.json.")

    @OptionGroup var options: SetupOptions

    func run() throws {
        try Setup.run(options) { surroundings in
            RegistryClient(
                name: "helm",
                login: ClientLogin(words: "helm registry login", hub: "registry-1.docker.io"),
                file: Self.file(surroundings),
                registries: [], link: nil, surroundings: surroundings)
        }
    }

    /// Where helm looks: <https://helm.sh/docs/helm/helm/>.
    private static func file(_ surroundings: Surroundings) -> String {
        if let file = surroundings.namedPath("HELM_REGISTRY_CONFIG") { return file }
        let folder =
            surroundings.namedPath("HELM_CONFIG_HOME")
            ?? "\(surroundings.clientsConfigurationFolder)/helm"
        return "\(folder)/registry/config.json"
    }
}
