import Configuration
import CredentialCore

/// A registry client with a configuration file as docker's: docker itself, and helm.
///
/// What it reads there: <https://docs.docker.com/reference/cli/docker/login/#credential-stores>.
struct RegistryClient: SetupClient {
    let name: String
    /// What a user runs to log in.
    let login: ClientLogin
    let file: String
    /// The registries that are set up, by their keys; all of them when there is none.
    let registries: [String]
    /// The link of the helper's name that is called instead of the helper.
    let link: String?
    let surroundings: Surroundings

    private var helper: String { link.map { "keyfob-\($0)" } ?? "keyfob" }

    var wanted: [(setting: any ClientSetting, values: [String])] {
        let paths = registries.isEmpty ? [["credsStore"]] : registries.map { ["credHelpers", $0] }
        return paths.map {
            (JSONSetting(file: file, path: $0), [JSONDocument.quoted(helper)])
        }
    }

    func setting(of edit: SetupRecord.Edit) -> (any ClientSetting)? {
        let isMeant = registries.isEmpty || edit.setting.last.map(registries.contains) == true
        return isMeant ? JSONSetting(file: edit.file, path: edit.setting) : nil
    }

    func unseenLogins(
        after changes: [SettingChange], isUndo: Bool
    ) throws(CredentialError) -> [UnseenLogin] {
        var unseen: [UnseenLogin] = []
        for change in changes {
            let file = change.setting.file
            let document = try JSONDocument(try ClientFile(file).read(), path: file)
            let registry = change.setting.path.count > 1 ? change.setting.path.last : nil
            // A registry without a helper of its own is answered by the store, if there is one.
            let before = change.before.first ?? text(of: ["credsStore"], in: document)
            let logins =
                if let before, let helper = JSONDocument.string(before), !helper.isEmpty {
                    RegistryLogins.held(by: helper, at: registry, login, surroundings)
                } else {
                    RegistryLogins.inPlainText(document, file, login)
                }
            let withHelper = Set(document.member(at: ["credHelpers"])?.names ?? [])
            unseen += logins.filter { login in
                registry.map { $0 == login.address } ?? !withHelper.contains(login.address)
            }
        }
        return unseen
    }

    func warnings(isInEffect: Bool) throws(CredentialError) -> [String] {
        var warnings = HelperProgram.warnings("docker-credential-\(helper)", name, surroundings)
        if let link { warnings += HelperProgram.warnings(link: link, surroundings) }
        if name == "docker", surroundings.nonEmpty("DOCKER_AUTH_CONFIG") != nil {
            warnings.append(
                "DOCKER_AUTH_CONFIG is set: docker takes logins from it before it asks Keyfob; "
                    + "unset it")
        }
        if registries.isEmpty {
            let document = try JSONDocument(try ClientFile(file).read(), path: file)
            let others = document.member(at: ["credHelpers"])?.value.members ?? []
            for member in others {
                guard let other = document.string(member.value), !other.hasPrefix("keyfob") else {
                    continue
                }
                warnings.append(
                    Printable.text("\(member.name) keeps its own helper, \(other) (credHelpers)"))
            }
        }
        return warnings
    }

    private func text(of path: [String], in document: JSONDocument) -> String? {
        document.member(at: path).map { document.text(of: $0.value) }
    }
}

extension JSONNode.Member {
    /// The names of the members, when the value is an object.
    var names: [String] { value.members?.map(\.name) ?? [] }
}
