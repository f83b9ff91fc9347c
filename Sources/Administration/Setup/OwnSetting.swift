import Configuration
import CredentialCore

/// A setting in Keyfob's own configuration.
struct OwnSetting: ClientSetting {
    let surroundings: Surroundings
    let key: ConfigurationKey

    var file: String { surroundings.configurationFile }

    var path: [String] { [key.section, key.subsection ?? "", key.key] }

    /// A setting by its key.
    init(_ key: ConfigurationKey, _ surroundings: Surroundings) {
        self.key = key
        self.surroundings = surroundings
    }

    /// The setting that an edit was made to; nil when it is none of Keyfob's own.
    init?(_ edit: SetupRecord.Edit, _ surroundings: Surroundings) {
        guard edit.setting.count == 3, edit.file == surroundings.configurationFile else {
            return nil
        }
        let host = edit.setting[1]
        self.init(
            ConfigurationKey(edit.setting[0], host.isEmpty ? nil : host, edit.setting[2]),
            surroundings)
    }

    func read() throws(CredentialError) -> SettingState {
        guard let text = try Configuration.text(surroundings) else {
            return SettingState(values: [], existing: 0)
        }
        return SettingState(
            values: text.value(of: key).map { [$0] } ?? [],
            existing: text.hasSection(of: key) ? 2 : 1)
    }

    func write(_ values: [String], existing: Int) throws(CredentialError) {
        try Configuration.change(surroundings, removingEmpty: existing == 0) {
            (text) throws(CredentialError) in
            if let value = values.first {
                try text.set(key, to: value)
            } else {
                try text.unset(key, removingSection: existing < 2)
            }
        }
    }

    func lines(_ values: [String]) -> [String] { values.map { "\(key.text) = \($0)" } }
}
