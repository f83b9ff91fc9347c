import ArgumentParser
import Configuration
import CredentialCore

/// A place where people keep logins today.
protocol ImportSource {
    /// Reads what is there, and changes nothing.
    ///
    /// - Throws: `notFound` when there is no such place, and what keeps it from being read as a
    ///   whole. What is wrong with one entry is that entry's finding.
    func entries() throws(CredentialError) -> [ImportEntry]

    /// Whether clients that miss one login there take the next for the address.
    var hasSuccession: Bool { get }
}

extension ImportSource {
    var hasSuccession: Bool { false }
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

    /// The source, at its usual place or at `path`.
    ///
    /// - Throws: `badRequest` for a path where there can be none.
    func source(
        at path: String?, _ session: AdminSession
    ) throws(CredentialError) -> any ImportSource {
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
        }
    }
}
