import CredentialCore

/// A client that can be told to ask Keyfob: what its configuration must say.
protocol SetupClient {
    /// The client's name, as in `keyfob setup NAME`.
    var name: String { get }
    /// The file that setup changes.
    var file: String { get }
    /// What is so when there is nothing to change.
    var words: String { get }

    /// What is said when there is nothing to change.
    func unchanged(isDryRun: Bool) -> String
    /// What setup writes.
    var wanted: [(setting: any ClientSetting, values: [String])] { get }

    /// The setting that an edit was made to; nil when this run is not about it.
    func setting(of edit: SetupRecord.Edit) -> (any ClientSetting)?

    /// The logins that the client does not see once the changes are made.
    func unseenLogins(
        after changes: [SettingChange], isUndo: Bool
    ) throws(CredentialError) -> [UnseenLogin]

    /// What else keeps the client from asking Keyfob.
    ///
    /// - Parameter isInEffect: whether the configuration says what setup writes.
    func warnings(isInEffect: Bool) throws(CredentialError) -> [String]
}

extension SetupClient {
    var words: String { "\(name) asks Keyfob, says \(file)" }

    func unchanged(isDryRun: Bool) -> String { "Nothing to change: \(words)." }
}

/// One setting in a client's configuration.
protocol ClientSetting {
    /// The file that it stands in.
    var file: String { get }
    /// Its name, from the outermost part inwards.
    var path: [String] { get }

    /// What it is set to, and how much of the file and its path is there already.
    func read() throws(CredentialError) -> SettingState

    /// Refuses to replace values that setup must not copy into its record.
    func check(replacing values: [String]) throws(CredentialError)

    /// Sets it; without values, takes it away.
    ///
    /// - Parameter existing: how much was there before the first change. What was not, is taken
    ///   away as well once it is empty.
    func write(_ values: [String], existing: Int) throws(CredentialError)

    /// The values as lines of the file.
    func lines(_ values: [String]) -> [String]
}

extension ClientSetting {
    func check(replacing values: [String]) throws(CredentialError) {}
}

/// What a setting was found to be.
struct SettingState: Hashable {
    /// The values in the file's own syntax; none when it is not set.
    var values: [String]
    /// 0 when there is no file, 1 with a file, 2 when the first part of the path is there, and on.
    var existing: Int
}

/// One setting, as it is and as it shall be.
struct SettingChange {
    let setting: any ClientSetting
    let before: [String]
    let after: [String]
    let existing: Int
}

/// A login that a client saw before a change and does not see after it.
struct UnseenLogin: Hashable, Encodable {
    /// Where the login is used.
    let address: String
    /// Where it rests.
    let place: String
    /// What to do about it.
    let remedy: String

    private enum CodingKeys: String, CodingKey {
        case address
        case place = "where"
        case remedy
    }
}
