import CredentialCore

/// A file that is all ours, in a folder of the client's.
struct WholeFileSetting: ClientSetting {
    let file: String
    let path: [String] = []

    func read() throws(CredentialError) -> SettingState {
        guard let bytes = try ClientFile(file).read() else {
            return SettingState(values: [], existing: 0)
        }
        return SettingState(values: [bytes.plainText], existing: 1)
    }

    func write(_ values: [String], existing: Int) throws(CredentialError) {
        try ClientFile(file).change { _ in values.first.map { Secret(copying: Array($0.utf8)) } }
    }

    func lines(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: "\n").map(String.init) }
    }
}
