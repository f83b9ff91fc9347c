import Configuration
import CredentialCore
import Glibc

/// git, whose global configuration lists the helpers it asks: gitcredentials(7).
struct GitClient: SetupClient {
    let name = "git"
    private let git: GitProgram
    private let url: String?
    private let surroundings: Surroundings

    /// - Parameter url: the host that is set up; nil for every one.
    init(url: String?, _ surroundings: Surroundings) {
        git = GitProgram(path: surroundings.variable("PATH") ?? "")
        self.url = url
        self.surroundings = surroundings
    }

    /// The file that `git config --global` writes, by the rules of git-config(1).
    var file: String {
        if let named = surroundings.namedPath("GIT_CONFIG_GLOBAL") { return named }
        let usual = "\(surroundings.home)/.gitconfig"
        let other = "\(surroundings.clientsConfigurationFolder)/git/config"
        return access(usual, F_OK) != 0 && access(other, F_OK) == 0 ? other : usual
    }

    private var key: String { url.map { "credential.\($0).helper" } ?? "credential.helper" }

    var wanted: [(setting: any ClientSetting, values: [String])] {
        [(GitSetting(git: git, file: file, key: key), ["", "keyfob"])]
    }

    func setting(of edit: SetupRecord.Edit) -> (any ClientSetting)? {
        guard let key = edit.setting.first, url == nil || key == self.key else { return nil }
        return GitSetting(git: git, file: edit.file, key: key)
    }

    func unseenLogins(
        after changes: [SettingChange], isUndo: Bool
    ) throws(CredentialError) -> [UnseenLogin] {
        guard !changes.isEmpty else { return [] }
        let helpers = try GitHelpers(git)
        var unseen: [UnseenLogin] = []
        for change in changes {
            let names =
                isUndo ? ["keyfob"] : helpers.asked(by: url).map(\.name).filter { $0 != "keyfob" }
            for helper in names {
                unseen += GitLogins.held(
                    by: helper, url: change.setting.path.first == "credential.helper" ? nil : url,
                    in: surroundings)
            }
        }
        return unseen
    }

    func warnings(isInEffect: Bool) throws(CredentialError) -> [String] {
        var warnings = HelperProgram.warnings("git-credential-keyfob", name, surroundings)
        guard isInEffect else { return warnings }
        let helpers = try GitHelpers(git)
        for helper in helpers.asked(by: url) where helper.name != "keyfob" {
            warnings.append(
                "git also asks the helper `\(helper.name)` and stores logins there: "
                    + "\(helper.origin) adds it after Keyfob")
        }
        for other in helpers.urls where url == nil {
            let names = helpers.asked(by: other).map(\.name)
            guard !names.contains("keyfob") else { continue }
            warnings.append(
                "for \(other) git still asks `\(names.joined(separator: "`, `"))`; run `keyfob "
                    + "setup git --host \(other)` to change that")
        }
        return warnings.map(Printable.text)
    }
}
