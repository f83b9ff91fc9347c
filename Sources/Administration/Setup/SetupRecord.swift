import CredentialCore
import FoundationEssentials
import ProtectedFiles

/// What setup wrote into a client's configuration and what stood there before. Settings only:
/// nothing of the logins is in it.
struct SetupRecord: Hashable, Codable {
    /// One setting that was changed.
    struct Edit: Hashable, Codable {
        var file: String
        var setting: [String]
        var written: [String]
        var replaced: [String]
        /// How much was there before; see ``SettingState``.
        var existing: Int
    }

    private var version = 1
    var edits: [Edit] = []

    /// The record of a client; empty when there is none.
    ///
    /// - Throws: `damaged` when it cannot be read as one.
    static func load(_ client: String, from path: String) throws(CredentialError) -> SetupRecord {
        guard let folder = try Folder(opening: path),
            let bytes = try folder.file("\(client).json")?.readAll(limit: 1 << 20)
        else { return SetupRecord() }
        let record = try? JSONDecoder().decode(SetupRecord.self, from: Data(bytes))
        guard let record, record.version == 1 else {
            let file = folder.path(of: "\(client).json")
            throw CredentialError(
                .damaged, "\(file) is not a record of setup that this version reads",
                remedy: "look into the client's configuration yourself, then remove \(file)")
        }
        return record
    }

    /// Writes the record; an empty one is no file.
    func save(_ client: String, in folder: borrowing Folder) throws(CredentialError) {
        guard !edits.isEmpty else { return try folder.remove("\(client).json") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw CredentialError(.system, "the record of setup cannot be written as JSON")
        }
        try folder.write("\(client).json.new", Array(data))
        try folder.rename("\(client).json.new", to: "\(client).json")
        try folder.synchronize()
    }
}
