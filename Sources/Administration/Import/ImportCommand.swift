import ArgumentParser
import CredentialCore
import Glibc
import SealedFile

extension ConflictRule: ExpressibleByArgument {}

/// `keyfob import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over the logins that other programs keep, and exports.",
        discussion: """
            From other programs' stores: docker-config, podman, docker-secretservice, \
            git-libsecret, git-store, netrc, pass and gh. They stay as they are unless \
            `--remove-source` is given, and then only what was read back from the store is \
            removed. A login that cannot be imported is shown with the reason; the others are \
            imported, and the exit code is 1.

            From files, where `-` is standard input: json, sealed, csv, kubernetes, dockerconfig \
            and env, as `keyfob export` writes them. Such a file is imported as a whole or not at \
            all.

            With --system, the machine's store takes exports, and of the others docker-config, \
            git-store and netrc, where you name the file. Nothing is removed from it, and helpers \
            that it names are not asked.

            All changes are made in one step: an import that fails or is killed leaves the store \
            as it was, and one that is repeated changes nothing.

            EXAMPLES:
              keyfob import --from docker-config --dry-run
              keyfob import --from git-store --remove-source
              keyfob import --from netrc ~/old/netrc --on-conflict skip
              kubectl get secrets -A -o json | keyfob import --from kubernetes -
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
            "When the store has something else for the same or under the same name: ask, skip, "
                + "replace, rename, or newest, by which the one changed last counts.",
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

    @OptionGroup var options: ImportOptions

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        if machine.system, to?.kind == .secretService {
            throw ValidationError("The machine's store is a file, never a keyring.")
        }
        if !options.scopeLabel.isEmpty, from != .kubernetes {
            throw ValidationError("`--scope-label` goes with `--from kubernetes`.")
        }
    }

    func run() throws {
        guard !machine.system || !removeSource else {
            throw CredentialError(
                .badRequest, "--remove-source is for a user's own logins",
                remedy: "leave it out, or leave `--system` out")
        }
        if removeSource, !dryRun, !yes, !Console.isInteractive {
            throw CredentialError(
                .badRequest, "--remove-source takes logins away, and nobody is there to be asked",
                remedy: "add `--yes`")
        }
        let session = try AdminSession.start(machine)
        let scope = try Scope((scope ?? "").utf8)
        let source = try from.source(at: path, session, options)
        let entries = try read(source)
        warn(of: entries)
        let plan = try shownPlan(entries, of: source, scope, session)
        if source.isWhole {
            try requireComplete(plan)
        } else if Console.isInteractive, !json {
            // A terminal may have cut the table.
            tell(
                plan.steps.map(ImportRow.init).compactMap { row in
                    row.reason.map { "\(row.address): \($0)" }
                })
        }
        if entries.isEmpty {
            Console.note("\(from.rawValue) holds no login")
        } else if !dryRun {
            try store(plan, session)
            if removeSource { try remove(plan, from: source, session) }
        }
        if plan.steps.contains(where: { $0.action.refusal != nil }) { throw ExitCode(1) }
    }

    private func read(_ source: any ImportSource) throws(CredentialError) -> [ImportEntry] {
        var status = stat()
        let isLong = path.map { stat($0, &status) == 0 && status.st_size > 1 << 20 } ?? false
        let bar = isLong ? ProgressBar("reading \(from.rawValue)") : nil
        defer { bar?.end() }
        return try source.entries()
    }

    private func warn(of entries: [ImportEntry]) {
        var files: [String: SourceFile] = [:]
        for entry in entries where entry.login != nil {
            if let file = entry.removal?.file { files[file.path] = file }
        }
        for warning in Set(files.values.compactMap(\.warning)).sorted() { Console.note(warning) }
    }

    private func store(
        for entries: [ImportEntry], _ session: AdminSession
    ) throws(CredentialError) -> StoreKind {
        if let to { return to.kind }
        let hasLogins = entries.contains { $0.login != nil }
        return dryRun || !hasLogins ? .file : try session.writableStore()
    }

    /// Plans by the rule that was given. By `ask`, all is planned and shown with its conflicts open
    /// first, and planned again with the answers.
    private func shownPlan(
        _ entries: [ImportEntry], of source: any ImportSource, _ scope: Scope,
        _ session: AdminSession
    ) throws(CredentialError) -> ImportPlan {
        let store = try store(for: entries, session)
        let plan = {
            (settle: @escaping (String, Bool) -> ConflictRule?, bar: ProgressBar?)
                throws(CredentialError) -> ImportPlan in
            let file = try session.open()
            let terms = ImportPlan.Terms(
                scope: scope, store: store, now: session.now, creator: session.creator,
                lastCounts: source.isWhole, settle: settle,
                progress: { bar?.advance(to: $0) })
            return ImportPlan(entries, besides: try file?.credentials() ?? [], terms) {
                (credential) throws(CredentialError) in
                guard let file else { return SecretFields() }
                return try session.fields(of: credential, in: file)
            }
        }
        var conflicts = 0
        let bar = ProgressBar("planning", of: entries.count)
        let first = try plan(
            { _, _ in
                conflicts += 1
                return onConflict == .ask ? nil : onConflict
            }, bar)
        bar.end()
        guard onConflict == .ask, conflicts > 0, Console.isInteractive, !dryRun else {
            try ImportRow.show(first.steps.map(ImportRow.init), asJSON: json)
            return first
        }
        if !json { try ImportRow.show(first.steps.map(ImportRow.init), asJSON: false) }
        let answered = try plan(ConflictQuestions(count: conflicts).answer, nil)
        if json { try ImportRow.show(answered.steps.map(ImportRow.init), asJSON: true) }
        return answered
    }
}
