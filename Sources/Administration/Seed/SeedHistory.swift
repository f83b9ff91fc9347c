import Bundles
import CredentialCore
import FoundationEssentials
import ProtectedFiles

/// Which bundle was applied last of each signer's bundles, by name.
///
/// A bundle is entered twice: just before the store is written, and as applied when that is done.
/// After a crash in between it is known that this bundle was begun: it can be applied again, which
/// changes nothing if the store was written, and one before it cannot.
struct SeedHistory {
    private static let name = "seeds"
    private static let lengthLimit = 16 << 20

    /// The last bundle of a signer and name.
    struct Entry: Codable {
        var signer: String
        var bundle: String
        var counter: UInt64
        var id: String
        var isApplied: Bool
        /// The file id of the store that it went to; nil when there was none.
        var store: Data?
        var at: String

        init(_ bundle: Bundle, isApplied: Bool, to store: [UInt8]?, at time: Int64) {
            signer = bundle.signer.text
            self.bundle = bundle.terms.name
            counter = bundle.terms.counter
            id = bundle.id
            self.isApplied = isApplied
            self.store = store.map { Data($0) }
            at = Moment.text(time)
        }
    }

    private var entries: [Entry] = []

    /// Reads the file; nothing was applied when there is none.
    ///
    /// - Throws: `damaged`, `unsafeFile`.
    init(in folder: borrowing Folder) throws(CredentialError) {
        guard let file = try folder.file(Self.name, rule: .secret) else { return }
        let bytes = try file.readAll(limit: Self.lengthLimit)
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(bytes)) else {
            throw CredentialError(
                .damaged, "\(folder.path(of: Self.name)), which says what was applied, is damaged",
                remedy: "put its copy back; without it an old bundle could be applied once more")
        }
        self.entries = entries
    }

    private func last(_ bundle: Bundle) -> Entry? {
        entries.first { $0.signer == bundle.signer.text && $0.bundle == bundle.terms.name }
    }

    /// The entry of the bundle; nil when it is later than the last one.
    ///
    /// - Throws: `older` when a later one was applied, `conflict` when another one of its counter
    ///   was. A store that was lost meanwhile, or removed, is no way back to an older one.
    func entry(of bundle: Bundle) throws(CredentialError) -> Entry? {
        guard let last = last(bundle) else { return nil }
        let name = bundle.terms.name
        guard bundle.terms.counter >= last.counter else {
            let state = last.isApplied ? "applied" : "begun"
            throw CredentialError(
                .older,
                "the bundle \(name) with the counter \(bundle.terms.counter) is older than "
                    + "the last one \(state) here, \(last.counter)",
                remedy: "have it made again, if what it brings is wanted after all")
        }
        guard bundle.id != last.id else { return last }
        guard bundle.terms.counter > last.counter else {
            throw CredentialError(
                .conflict,
                "another bundle \(name) with the counter \(last.counter) was applied here",
                remedy: "have it made again, with a higher counter")
        }
        return nil
    }

    /// Enters a bundle in the place of the one before it.
    mutating func enter(
        _ bundle: Bundle, isApplied: Bool, to store: [UInt8]?, at time: Int64,
        in folder: borrowing Folder
    ) throws(CredentialError) {
        let entry = Entry(bundle, isApplied: isApplied, to: store, at: time)
        entries.removeAll { $0.signer == entry.signer && $0.bundle == entry.bundle }
        entries.append(entry)
        try write(in: folder)
    }

    private func write(in folder: borrowing Folder) throws(CredentialError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(entries) else {
            throw CredentialError(.system, "what was applied cannot be written down")
        }
        try folder.replace(Self.name, with: Array(data))
    }
}
