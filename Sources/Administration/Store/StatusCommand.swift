import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where secrets are kept, whether they can be read, and what needs attention."
    )

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let session = try AdminSession.start()
        let report = try StatusReport(session)
        if json {
            try Console.print(json: report)
        } else {
            for line in report.lines { Console.print(line) }
        }
    }
}

/// Everything `keyfob status` says.
struct StatusReport: Encodable {
    let store: String
    /// Whether the store was chosen, by the configuration or by what is stored.
    let isChosen: Bool
    let file: String
    let exists: Bool
    let locked: Bool?
    let opensWith: [String]
    /// The desktop's keyring, where it is in use.
    let keyring: KeyringReport?
    let credentials: Int
    /// The names of the credentials in each store.
    let stores: [String: [String]]
    let needAttention: [String]
    /// The tokens that were minted in an environment like this one.
    let tokens: [TokenReport]
    let generation: UInt64?
    let written: String?
    let configuration: String
    let unknownSettings: [String]
    let scope: String?
    let unlockedSecretBytes: Int

    init(_ session: AdminSession) throws(CredentialError) {
        let file = try session.open()
        let all = (try file?.credentials() ?? []).sorted { $0.name < $1.name }
        let usesKeyring =
            session.configuration.store == .secretService
            || all.contains { $0.store == .secretService }
        let scope = try session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        isChosen = session.configuration.store != nil || !all.isEmpty
        // A keyring that is in doubt is named as what it is.
        store = ((try? session.targetStore(besides: all)) ?? .secretService).name
        self.file = session.location.path
        exists = file != nil
        opensWith = file?.slotKinds.map(\.rawValue) ?? []
        locked = try file?.isLocked()
        keyring =
            usesKeyring || store == StoreKind.secretService.name
            ? KeyringReport(session.keyring) : nil
        credentials = all.count
        stores = Dictionary(grouping: all, by: \.store.name).mapValues { $0.map(\.name) }
        tokens = try CachedTokens(session, beside: file).own.map {
            TokenReport($0.order, $0.entry, session)
        }
        needAttention =
            all.compactMap { credential in
                let status = CredentialStatus(credential, now: session.now)
                return status.remedy(for: credential).map {
                    "\(credential.name): \(status.rawValue); \($0)"
                }
            } + tokens.compactMap(\.attention)
        generation = file?.generation
        written = file.map { Moment.text($0.writtenAt) }
        configuration = session.surroundings.configurationFile
        unknownSettings = session.configuration.unknownKeys
        self.scope = scope.isNone ? nil : scope.text
        // Asked for last: reading the file is what takes secret memory.
        unlockedSecretBytes = Secret.unlockedByteCount
    }

    var lines: [String] {
        var lines = ["store        \(store)" + (store == "file" ? ", \(file)" : "")]
        if !isChosen { lines[0] += " (by rule: nothing was chosen yet)" }
        if let keyring { lines.append("keyring      \(Printable.text(keyring.line))") }
        if store != "file" { lines.append("catalogue    \(file)") }
        lines.append("state        \(state)")
        if exists {
            lines.append("opened by    \(opensWith.joined(separator: ", "))")
            lines.append(
                "credentials  \(credentials)" + (stores.count > 1 ? Self.shares(stores) : ""))
            for (other, names) in stores.sorted(by: { $0.key < $1.key }) where other != store {
                lines.append("in \(other)  \(Self.listed(names))")
            }
        }
        for token in tokens {
            let identity = token.identity.map { "  \($0)" } ?? ""
            lines.append(
                Printable.text("token        \(token.address)\(identity)  \(token.state)"))
        }
        for line in needAttention { lines.append("attention    \(Printable.text(line))") }
        if let generation, let written {
            lines.append("written      \(written), generation \(generation)")
        }
        lines.append("config       \(configuration)")
        for setting in unknownSettings { lines.append("unknown      \(Printable.text(setting))") }
        if let scope { lines.append("scope        \(scope)") }
        if unlockedSecretBytes > 0 {
            lines.append(
                "memory       \(unlockedSecretBytes) bytes of secrets may be swapped out; "
                    + "raise `ulimit -l`")
        }
        return lines
    }

    private var state: String {
        guard exists else { return "nothing is stored yet" }
        guard locked == true else { return "open" }
        return opensWith.contains(SealedFile.SlotKind.passphrase.rawValue)
            ? "locked; run `keyfob unlock`" : "locked; set KEYFOB_KEY_FILE to the key file"
    }

    private static func shares(_ stores: [String: [String]]) -> String {
        let shares = stores.sorted { $0.key < $1.key }.map { "\($0.value.count) in \($0.key)" }
        return ": " + shares.joined(separator: ", ")
    }

    /// The first names of a list that may be long.
    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(10).joined(separator: ", ")
        return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
    }
}
