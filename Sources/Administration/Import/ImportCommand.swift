import ArgumentParser
import CredentialCore
import SealedFile

extension ConflictRule: ExpressibleByArgument {}

/// `keyfob import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over the logins that other programs keep.",
        discussion: """
            Sources: docker-config, podman, docker-secretservice, git-libsecret, git-store, netrc, \
            pass and gh. They stay as they are unless `--remove-source` is given, and then only \
            what was read back from the store is removed.

            A login that cannot be imported is shown with the reason; the others are imported, and \
            the exit code is 1.

            EXAMPLES:
              keyfob import --from docker-config --dry-run
              keyfob import --from git-store --remove-source
              keyfob import --from netrc ~/old/netrc --on-conflict skip
            """)

    @Option(help: "Where the logins are.")
    var from: ImportSourceName

    @Argument(help: "The file or folder, if it is not in its usual place.")
    var path: String?

    @Flag(help: "Show what would be imported, and change nothing.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "When the store has another secret for the same: ask, skip, replace or rename.",
            valueName: "rule"))
    var onConflict: ConflictRule = .ask

    @Flag(help: "Remove from the source what was imported.")
    var removeSource = false

    @Option(
        help: ArgumentHelp("The store to keep them in: file or secret-service.", valueName: "store")
    )
    var to: StoreArgument?

    @Option(help: "Where they apply: a scope such as acme/work. Without one, everywhere.")
    var scope: String?

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        if removeSource, !dryRun, !yes, !Console.isInteractive {
            throw CredentialError(
                .badRequest, "--remove-source takes logins away, and nobody is there to be asked",
                remedy: "add `--yes`")
        }
        let session = try AdminSession.start()
        let scope = try Scope((scope ?? "").utf8)
        let source = try from.source(at: path, session)
        let entries = try source.entries()
        warn(of: entries)
        let plan = try plan(entries, scope, session)
        let rows = plan.steps.map(ImportRow.init)
        try ImportRow.show(rows, asJSON: json)
        // A terminal may have cut the table.
        if Console.isInteractive, !json {
            for row in rows { row.reason.map { Console.note("\(row.address): \($0)") } }
        }
        if entries.isEmpty {
            Console.note("\(from.rawValue) holds no login")
        } else if !dryRun {
            try store(plan, session)
            if removeSource { try remove(plan, from: source, session) }
        }
        let isComplete = !plan.steps.contains { step in
            if case .refuse = step.action { true } else { false }
        }
        if !isComplete { throw ExitCode(1) }
    }

    private func warn(of entries: [ImportEntry]) {
        let files = entries.filter { $0.login != nil }.compactMap(\.removal?.file)
        for warning in Set(files.compactMap(\.warning)).sorted() { Console.note(warning) }
    }

    private func plan(
        _ entries: [ImportEntry], _ scope: Scope, _ session: AdminSession
    ) throws(CredentialError) -> ImportPlan {
        let file = try session.open()
        let hasLogins = entries.contains { $0.login != nil }
        let store: StoreKind
        if let to {
            store = to.kind
        } else if dryRun || !hasLogins {
            store = .file
        } else {
            store = try session.writableStore()
        }
        let terms = ImportPlan.Terms(
            scope: scope, store: store, now: session.now, creator: session.creator
        ) { conflict, mayReplace in settle(conflict, mayReplace) }
        return ImportPlan(entries, besides: try file?.credentials() ?? [], terms) {
            (credential) throws(CredentialError) in
            guard let file else { return SecretFields() }
            return try session.fields(of: credential, in: file)
        }
    }

    /// The rule, or what somebody at the terminal says; nil when a conflict stays open.
    private func settle(_ conflict: String, _ mayReplace: Bool) -> ConflictRule? {
        guard onConflict == .ask else { return onConflict }
        guard Console.isInteractive, !dryRun else { return nil }
        let choices: [ConflictRule] = mayReplace ? [.skip, .replace, .rename] : [.skip, .rename]
        let words = choices.map(\.rawValue).joined(separator: ", ")
        let question = Printable.text("\(conflict). What to do: \(words)?")
        for _ in 0..<3 {
            let answer = Console.ask("\(question) [skip] ").lowercased()
            if answer.isEmpty { return .skip }
            let meant = choices.filter { $0.rawValue.hasPrefix(answer) }
            if meant.count == 1 { return meant[0] }
        }
        return nil
    }
}
