import ArgumentParser
import Configuration
import CredentialCore

/// `keyfob setup podman`
struct SetupPodman: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "podman",
        abstract: "Let podman, skopeo and buildah ask Keyfob for the credentials of registries.",
        discussion: """
            Adds a file to the user's containers/registries.conf.d that makes Keyfob the one \
            credential helper of podman, skopeo, buildah and the like.
            """)

    @OptionGroup var options: SetupOptions

    func run() throws {
        try Setup.run(options) { PodmanClient(surroundings: $0) }
    }
}

/// podman, skopeo, buildah: all that read containers-registries.conf(5) and its drop-ins.
///
/// A drop-in works for every one of them (tried as root: podman 4.3, skopeo 1.9, buildah 1.28),
/// whichever registries.conf is in effect. They look for it in `$HOME/.config`, whatever
/// `XDG_CONFIG_HOME` says. The last file that names helpers wins, hence its number.
///
/// `containers-auth.json`, the clients' own file, is not named beside Keyfob: a login that Keyfob
/// cannot store would be written there, in plain text.
struct PodmanClient: SetupClient {
    private static let text = """
        # Written by `keyfob setup podman`; `keyfob setup podman --undo` takes it away.
        credential-helpers = ["keyfob"]

        """

    private static let login = ClientLogin(words: "podman login", hub: "docker.io")

    let surroundings: Surroundings
    let name = "podman"

    private var registries: RegistriesConfiguration { RegistriesConfiguration(surroundings) }

    var file: String { "\(registries.userFolder)/99-keyfob.conf" }

    var wanted: [(setting: any ClientSetting, values: [String])] {
        [(WholeFileSetting(file: file), [Self.text])]
    }

    func setting(of edit: SetupRecord.Edit) -> (any ClientSetting)? {
        WholeFileSetting(file: edit.file)
    }

    func unseenLogins(
        after changes: [SettingChange], isUndo: Bool
    ) throws(CredentialError) -> [UnseenLogin] {
        guard !changes.isEmpty else { return [] }
        let helpers = isUndo ? ["keyfob"] : registries.sources(except: file).last?.helpers
        var unseen: [UnseenLogin] = []
        for helper in helpers ?? [RegistriesConfiguration.ownStore] {
            if helper == RegistriesConfiguration.ownStore {
                unseen += loginsInOwnStore()
            } else if isUndo || helper != "keyfob" {
                unseen += RegistryLogins.held(by: helper, Self.login, surroundings)
            }
        }
        return unseen
    }

    func warnings(isInEffect: Bool) throws(CredentialError) -> [String] {
        let later = registries.sources(except: nil).reversed().prefix { $0.file != file }
        let overruled = isInEffect ? later.first.map(\.file) : nil
        let warning = overruled.map {
            Printable.text("\($0) names other credential helpers and comes later; change it")
        }
        return HelperProgram.warnings("docker-credential-keyfob", name, surroundings)
            + (warning.map { [$0] } ?? [])
    }

    /// The logins in the clients' own files. One that cannot be read is no reason to stop.
    private func loginsInOwnStore() -> [UnseenLogin] {
        registries.authenticationFiles.flatMap { file in
            do throws(CredentialError) {
                return try logins(in: file)
            } catch {
                return [
                    UnseenLogin(
                        address: "every registry", place: "in a file: \(error.problem)",
                        remedy: "run `\(Self.login.words)` for each you use")
                ]
            }
        }
    }

    /// The logins in a file, and those of helpers that it names for a registry.
    private func logins(in file: String) throws(CredentialError) -> [UnseenLogin] {
        guard let bytes = try ClientFile(file).read() else { return [] }
        let document = try JSONDocument(bytes, path: file)
        let ofHelpers = (document.member(at: ["credHelpers"])?.value.members ?? []).compactMap {
            (member) -> UnseenLogin? in
            guard let helper = document.string(member.value), helper != "keyfob" else { return nil }
            return UnseenLogin(
                address: member.name, place: "held by docker-credential-\(helper), as \(file) says",
                remedy: Self.login.again(at: member.name))
        }
        return RegistryLogins.inPlainText(document, file, Self.login) + ofHelpers
    }
}
