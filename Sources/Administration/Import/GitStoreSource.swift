import Configuration
import CredentialCore

/// The files of git-credential-store: a URL with user and password in every line, in clear.
///
/// <https://git-scm.com/docs/git-credential-store>
struct GitStoreSource: ImportSource {
    private let files: [String]

    init(_ files: [String]) {
        self.files = files
    }

    /// Where git looks, in its order.
    static func files(_ surroundings: Surroundings) -> [String] {
        [
            "\(surroundings.home)/.git-credentials",
            "\(surroundings.clientsConfigurationFolder)/git/credentials",
        ]
    }

    func entries() throws(CredentialError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        for file in try SourceFile.all(files) {
            for (index, line) in file.lines.enumerated() {
                let place = "\(file.path), line \(index + 1)"
                guard let entry = entry(file, line, place) else { continue }
                if let first = entries.firstIndex(where: { Self.isSame($0, entry) }) {
                    entries.append(Self.shadow(entry, by: &entries[first]))
                } else {
                    entries.append(entry)
                }
            }
        }
        return entries
    }

    /// What a line holds; nil for an empty line and for a comment.
    private func entry(
        _ file: SourceFile, _ line: Range<Int>, _ place: String
    ) -> ImportEntry? {
        let text = file.bytes.slice(line)
        let isBlank = text.withBytes { bytes in
            bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } || bytes.first == 0x23
        }
        guard !isBlank else { return nil }
        guard let url = GitURL(text) else {
            return ImportEntry(
                place: place, address: "-",
                .passedOver("it is no URL with a password, and git passes over it too"))
        }
        return ImportEntry(
            place: place, address: url.address, username: url.username,
            removal: .cut(file, [file.withLineEnd(line)])
        ) { () throws(CredentialError) in try url.login() }
    }

    private static func isSame(_ entry: ImportEntry, _ other: ImportEntry) -> Bool {
        guard let login = entry.login, let other = other.login else { return false }
        return login.binding == other.binding && login.username == other.username
    }

    /// What becomes of a line that is for the same as one above: git asks from the top, and takes
    /// the first that fits. If only that one went, this one would answer.
    private static func shadow(_ entry: ImportEntry, by first: inout ImportEntry) -> ImportEntry {
        let isRepeated = first.login?.fields.matches(entry.login?.fields ?? SecretFields()) == true
        if isRepeated, case .cut(let file, let ranges) = first.removal,
            case .cut(let other, let more) = entry.removal, file.path == other.path
        {
            first.removal = .cut(file, ranges + more)
        } else {
            first.removal = .stays("\(entry.place), is for the same and would take its place")
        }
        return ImportEntry(
            place: entry.place, address: entry.address, username: entry.username,
            .passedOver("\(first.place), is for the same, and git takes that"))
    }
}
