import Configuration
import CredentialCore
import Glibc

/// git, whose global configuration lists the helpers it asks: gitcredentials(7).
struct GitClient: SetupClient {
    let name = "git"
    private let git: GitProgram
    private let url: String?
    private let mode: PromptPreferences.Mode?
    private let surroundings: Surroundings

    /// - Parameters:
    ///   - url: the host that is set up; nil for every one.
    ///   - mode: what happens where nothing is stored; nil for no change.
    init(url: String?, mode: PromptPreferences.Mode?, _ surroundings: Surroundings) {
        git = GitProgram(path: surroundings.variable("PATH") ?? "")
        self.url = url
        self.mode = mode
        self.surroundings = surroundings
    }

    private var host: SetupHost? { url.flatMap(SetupHost.init) }

    /// The file that `git config --global` writes, by the rules of git-config(1).
    var file: String {
        if let named = surroundings.namedPath("GIT_CONFIG_GLOBAL") { return named }
        let usual = "\(surroundings.home)/.gitconfig"
        let other = "\(surroundings.clientsConfigurationFolder)/git/config"
        return access(usual, F_OK) != 0 && access(other, F_OK) == 0 ? other : usual
    }

    private var key: String { url.map { "credential.\($0).helper" } ?? "credential.helper" }

    var wanted: [(setting: any ClientSetting, values: [String])] {
        var wanted: [(setting: any ClientSetting, values: [String])] = []
        if !isAskedAlready {
            wanted.append((GitSetting(git: git, file: file, key: key), ["", "keyfob"]))
        }
        if let mode {
            let key = ConfigurationKey("prompt", host?.name, "mode")
            wanted.append((OwnSetting(key, surroundings), [mode.rawValue]))
        }
        return wanted
    }

    /// Whether only the mode of a host is to be set: Keyfob alone is asked for it already.
    private var isAskedAlready: Bool {
        guard let url, mode != nil, let helpers = try? GitHelpers(git) else { return false }
        return helpers.asked(by: url).map(\.name) == ["keyfob"]
    }

    func setting(of edit: SetupRecord.Edit) -> (any ClientSetting)? {
        if let own = OwnSetting(edit, surroundings) {
            return url == nil || own.key.subsection.flatMap(SetupHost.init) == host ? own : nil
        }
        guard let key = edit.setting.first, url == nil || key == self.key else { return nil }
        return GitSetting(git: git, file: edit.file, key: key)
    }

    func unseenLogins(
        after changes: [SettingChange], isUndo: Bool
    ) throws(CredentialError) -> [UnseenLogin] {
        let changes = changes.filter { $0.setting is GitSetting }
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
        return try (warnings + modeWarnings()).map(Printable.text)
    }

    /// Where the mode is not what it was set to, and what it lacks.
    private func modeWarnings() throws(CredentialError) -> [String] {
        guard let mode else { return [] }
        let configuration = try Configuration(surroundings)
        var warnings: [String] = []
        for (host, other) in configuration.prompt.modes where url == nil && other != mode {
            warnings.append(
                host.map {
                    "for \($0) the mode stays \(other.rawValue); run `keyfob setup git --host "
                        + "\($0) --mode \(mode.rawValue)` to change that"
                } ?? "")
        }
        if mode == .oauth, let host, configuration.oauthClient(at: host.address)?.clientID == nil {
            warnings.append(
                "no client is registered for \(host.name) yet; run `keyfob setup oauth "
                    + "\(host.name) --client-id ID`")
        }
        return warnings.filter { !$0.isEmpty }
    }
}
