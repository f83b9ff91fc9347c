import CredentialCore
import SecretService

/// How an imported login is taken away from where it was.
enum ImportRemoval {
    /// These bytes are cut out of a file.
    case cut(SourceFile, [Range<Int>])
    /// These members are taken out of a JSON file.
    case members(SourceFile, [[String]])
    /// A credential helper is told to erase an address.
    case helper(CredentialHelper, server: String)
    /// Items are deleted from the keyring.
    case items(ForeignKeyring, [ServiceItem])
    /// An entry of a password store is removed.
    case passEntry(PasswordStore, name: String)
    /// It stays, for this reason.
    case stays(String)

    /// The file it is in.
    var file: SourceFile? {
        switch self {
        case .cut(let file, _), .members(let file, _): file
        case .helper, .items, .passEntry, .stays: nil
        }
    }

    /// Whether it is taken away at all.
    var takesAway: Bool {
        if case .stays = self { false } else { true }
    }
}

/// Takes logins away that were read back from the store.
struct ImportRemovals {
    /// What was imported, with how it is removed.
    private(set) var entries: [ImportEntry]
    /// What is left where it was, and why.
    private(set) var left: [String] = []
    /// How many are gone.
    private(set) var count = 0

    init(_ entries: [ImportEntry]) {
        self.entries = entries
    }

    /// Removes them all. A failure leaves one login or one file as it is, and the rest goes on.
    mutating func run() {
        var edits: [String: Edit] = [:]
        for entry in entries {
            switch entry.removal {
            case .cut(let file, let ranges):
                edits[file.path, default: Edit(file)].ranges += ranges
                edits[file.path]?.count += 1
            case .members(let file, let members):
                edits[file.path, default: Edit(file)].members += members
                edits[file.path]?.count += 1
            case .stays(let reason): left.append("\(entry.place): \(reason)")
            case .helper, .items, .passEntry, nil: removeAlone(entry)
            }
        }
        for (path, edit) in edits.sorted(by: { $0.key < $1.key }) {
            do throws(CredentialError) {
                try edit.apply()
                count += edit.count
            } catch {
                left.append("\(path): \(error.message)")
            }
        }
    }

    private mutating func removeAlone(_ entry: ImportEntry) {
        guard let login = entry.login, let secret = login.fields.primary else { return }
        do throws(CredentialError) {
            switch entry.removal {
            case .helper(let helper, let server):
                guard try helper.get(server).secret.matches(secret) else { throw Self.changed }
                try helper.erase(server)
            case .items(let keyring, let items):
                for item in items { try keyring.delete(item) }
            case .passEntry(let store, let name):
                guard try store.show(name).matches(secret) else { throw Self.changed }
                try store.remove(name)
            case .cut, .members, .stays: return
            case nil: throw CredentialError(.system, "nobody knows how to remove it")
            }
            count += 1
        } catch {
            left.append("\(entry.place): \(error.message)")
        }
    }

    static let changed = CredentialError(
        .conflict, "it was changed since it was read", remedy: "import it again")
}

/// All that is taken out of one file, in one step.
private struct Edit {
    let file: SourceFile
    var ranges: [Range<Int>] = []
    var members: [[String]] = []
    /// How many logins that is.
    var count = 0

    init(_ file: SourceFile) {
        self.file = file
    }

    /// Edits the file if it is still what was read. Every other byte stays.
    func apply() throws(CredentialError) {
        try ClientLock.holding(file.path) { () throws(CredentialError) in
            try ClientFile(file.path).change { (now) throws(CredentialError) in
                guard let now, now.matches(file.bytes) else { throw ImportRemovals.changed }
                var bytes = cut(now)
                for path in members {
                    bytes = try JSONDocument(bytes, path: file.path).removing(path)
                }
                return bytes
            }
        }
    }

    private func cut(_ bytes: Secret) -> Secret {
        let kept = SecretBuffer(capacity: bytes.count)
        var end = 0
        bytes.withBytes { bytes in
            for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if range.lowerBound > end {
                    kept.append(UnsafeRawBufferPointer(rebasing: bytes[end..<range.lowerBound]))
                }
                end = max(end, range.upperBound)
            }
            kept.append(UnsafeRawBufferPointer(rebasing: bytes[end...]))
        }
        return Secret(kept)
    }
}
