import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Show where secrets are kept, whether they can be read, and what needs attention.",
        discussion: """
            With --check it says nothing when all is well, and else what needs attention, and ends \
            with 1. It needs nothing to be unlocked, so that cron can run it.

            EXAMPLES:
              keyfob status
              keyfob status --check        # silent while all is well; cron mails the rest
            """)

    @Flag(help: "Say only what needs attention; exit code 1 when there is anything.")
    var check = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var colors: ColorOptions

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        if check {
            let attention = try Attention(session, try session.open())
            if json { try Console.print(json: attention.all) }
            if attention.all.isEmpty { return }
            if !json { Console.print(lines: attention.lines) }
            throw ExitCode(1)
        }
        let report = try StatusReport(session)
        if json {
            try Console.print(json: report)
        } else {
            Console.print(lines: report.lines(isColored: colors.isOn))
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
    /// How many credentials are in which status.
    let statuses: [String: Int]
    let needAttention: [String]
    /// The tokens that were minted in an environment like this one.
    let tokens: [TokenReport]
    let generation: UInt64?
    let written: String?
    let configuration: String
    let unknownSettings: [String]
    /// What git's users are asked where nothing is stored; nil where git asks by itself.
    let asking: AskingReport?
    /// The machine's store, where there is one.
    let machine: String?
    let scope: String?
    let unlockedSecretBytes: Int
    private let attention: Attention

    private enum CodingKeys: CodingKey {
        case store, isChosen, file, exists, locked, opensWith, keyring, credentials, stores
        case statuses, needAttention, tokens, generation, written, configuration
        case unknownSettings, asking, machine, scope, unlockedSecretBytes
    }

    init(_ session: AdminSession) throws(CredentialError) {
        let file = try session.open()
        let all = try file?.credentials() ?? []
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
        var stores: [String: [String]] = [:]
        for index in all.indices {
            stores[all[index].store.name, default: []].append(all[index].name)
        }
        self.stores = stores.mapValues { $0.sorted() }
        attention = try Attention(session, file)
        statuses = attention.counts
        needAttention = attention.all
        tokens = attention.tokens
        generation = file?.generation
        written = file.map { Moment.text($0.writtenAt) }
        configuration = session.configurationFile
        unknownSettings = session.configuration.unknownKeys
        asking = session.location.isMachines ? nil : AskingReport(session)
        machine = session.location.isMachines ? nil : MachineStore.status
        self.scope = scope.isNone ? nil : scope.text
        // Asked for last: reading the file is what takes secret memory.
        unlockedSecretBytes = Secret.unlockedByteCount
    }

    func lines(isColored: Bool) -> [String] {
        var lines = ["store        \(store)" + (store == "file" ? ", \(file)" : "")]
        if !isChosen { lines[0] += " (by rule: nothing was chosen yet)" }
        if let keyring { lines.append("keyring      \(Printable.text(keyring.line))") }
        if store != "file" { lines.append("catalogue    \(file)") }
        lines.append("state        \(state)")
        if exists {
            lines.append("opened by    \(opensWith.joined(separator: ", "))")
            lines.append(
                "credentials  \(credentials)" + (stores.count > 1 ? Self.shares(stores) : ""))
            if credentials > 0 {
                lines.append("status       \(attention.sums(isColored: isColored))")
            }
            for (other, names) in stores.sorted(by: { $0.key < $1.key }) where other != store {
                lines.append("in \(other)  \(Self.listed(names))")
            }
        }
        for token in tokens {
            let identity = token.identity.map { "  \($0)" } ?? ""
            lines.append(
                Printable.text("token        \(token.address)\(identity)  \(token.state)"))
        }
        for line in attention.lines { lines.append("attention    \(line)") }
        if let generation, let written {
            lines.append("written      \(written), generation \(generation)")
        }
        lines += asking?.lines ?? []
        if let machine { lines.append("machine      \(Printable.text(machine))") }
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
