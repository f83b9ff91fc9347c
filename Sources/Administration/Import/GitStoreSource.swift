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

    var hasSuccession: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        for file in try SourceFile.all(files) {
            for (index, line) in file.lines.enumerated() {
                let place = "\(file.path), line \(index + 1)"
                if let entry = entry(file, line, place) { entries.append(entry) }
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
}
