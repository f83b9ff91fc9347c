import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// A place where people keep logins today.
protocol ImportSource {
    /// Reads what is there, and changes nothing.
    ///
    /// - Throws: `notFound` when there is no such place, and what keeps it from being read as a
    ///   whole. What is wrong with one entry is that entry's finding.
    func entries() throws(CredentialError) -> [ImportEntry]

    /// Whether clients that miss one login there take the next for the address.
    var hasSuccession: Bool { get }

    /// Whether the entries belong together, as those of an export do: one that cannot be imported
    /// keeps all of them out, and of several for an address the last one counts, not the first.
    var isWhole: Bool { get }
}

extension ImportSource {
    var hasSuccession: Bool { false }
    var isWhole: Bool { false }
}

/// The sources by their names on the command line.
enum ImportSourceName: String, ExpressibleByArgument, CaseIterable {
    case dockerConfig = "docker-config"
    case podman
    case dockerSecretService = "docker-secretservice"
    case gitLibsecret = "git-libsecret"
    case gitStore = "git-store"
    case netrc
    case pass
    case gh
    case json
    case sealed
    case csv
    case kubernetes
    case dockerconfig
    case env

    /// The source, at its usual place or at `path`, which is `-` for standard input.
    ///
    /// - Throws: `badRequest` for a path where there can be none, or without one.
    func source(
        at path: String?, _ session: AdminSession, _ options: ImportOptions? = nil
    ) throws(CredentialError) -> any ImportSource {
        if session.location.isMachines { return try machinesSource(at: path, options) }
        let surroundings = session.surroundings
        switch self {
        case .dockerConfig:
            return RegistryConfigurationSource(
                files: [path ?? surroundings.dockerConfigurationFile], program: "docker",
                surroundings)
        case .podman:
            let files = path.map { [$0] } ?? RegistryConfigurationSource.podmanFiles(surroundings)
            return RegistryConfigurationSource(files: files, program: "podman", surroundings)
        case .gitStore:
            return GitStoreSource(path.map { [$0] } ?? GitStoreSource.files(surroundings))
        case .netrc where path == "-": return NetrcSource(try ImportInput(path, for: rawValue))
        case .netrc: return NetrcSource(path ?? "\(surroundings.home)/.netrc")
        case .pass:
            let folder = surroundings.namedPath("PASSWORD_STORE_DIR")
            return PassSource(
                path ?? folder ?? "\(surroundings.home)/.password-store", surroundings)
        case .gh:
            let folder =
                surroundings.namedPath("GH_CONFIG_DIR")
                ?? "\(surroundings.clientsConfigurationFolder)/gh"
            return GitHubSource(path ?? "\(folder)/hosts.yml", ForeignKeyring(session))
        case .dockerSecretService, .gitLibsecret:
            guard path == nil else {
                throw CredentialError(
                    .badRequest, "\(rawValue) is in the keyring, which has no path",
                    remedy: "leave the path out")
            }
            let keyring = ForeignKeyring(session)
            return self == .gitLibsecret
                ? GitKeyringSource(keyring) : DockerKeyringSource(keyring)
        case .json, .sealed, .csv, .kubernetes, .dockerconfig, .env:
            return try source(of: try ImportInput(path, for: rawValue), options)
        }
    }

    /// The source of an import into the machine's store: a file that root named. The usual places
    /// are a user's, in whose home root may be at work, and so are the programs named there.
    private func machinesSource(
        at path: String?, _ options: ImportOptions?
    ) throws(CredentialError) -> any ImportSource {
        let named = { () throws(CredentialError) in
            guard let path else {
                throw CredentialError(
                    .badRequest, "the machine's store takes nothing from a user's usual places",
                    remedy: "name the file after `--from \(rawValue)`")
            }
            return path
        }
        switch self {
        case .json, .sealed, .csv, .kubernetes, .dockerconfig, .env:
            return try source(of: try ImportInput(path, for: rawValue), options)
        case .dockerConfig:
            return RegistryExportSource(try ImportInput(try named(), for: rawValue))
        case .netrc: return NetrcSource(try ImportInput(try named(), for: rawValue))
        case .gitStore: return GitStoreSource([try named()])
        case .podman, .dockerSecretService, .gitLibsecret, .pass, .gh:
            throw CredentialError(
                .badRequest,
                "\(rawValue) is a user's, and nothing of it goes to the machine's store",
                remedy: "import it as that user, `keyfob export` it, and import the export")
        }
    }

    /// The source that an export is.
    private func source(
        of input: ImportInput, _ options: ImportOptions?
    ) throws(CredentialError) -> any ImportSource {
        switch self {
        case .sealed:
            return ArchiveSource(input) { () throws(CredentialError) in
                if let descriptor = options?.passphraseDescriptor {
                    return try SecretInput.read(descriptor: descriptor)
                }
                return try SecretInput.prompt(
                    "passphrase of the export: ",
                    otherwise: "give the passphrase with `--passphrase-fd N`")
            }
        case .csv: return CSVSource(input)
        case .kubernetes: return KubernetesSource(input, scopeLabels: options?.scopeLabel ?? [])
        case .dockerconfig: return RegistryExportSource(input)
        case .env: return try EnvironmentSource(input, name: options?.name)
        default: return ArchiveSource(input)
        }
    }
}
