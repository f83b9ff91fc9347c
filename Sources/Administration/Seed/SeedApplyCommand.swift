import ArgumentParser
import Bundles
import CredentialCore
import ProtectedFiles
import SealedFile

/// `keyfob seed apply`
struct SeedApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Store what a bundle brings, if it is signed, meant for this machine and newer.",
        discussion: """
            All of a bundle is stored with one write, or nothing. The same bundle once more \
            changes nothing. A credential that an earlier bundle of the same name and key brought \
            is replaced, whatever it is called here by now; one that somebody else made is in the \
            way, and `--on-conflict` says what to do then.

            EXAMPLES:
              keyfob seed apply web.seed
              sudo keyfob seed apply --system web.seed
              curl -fsS https://seeds.example.com/web.seed | keyfob seed apply -
            """)

    @Argument(help: "The bundle's file; `-` is standard input.")
    var bundle: String

    @Option(
        help: ArgumentHelp(
            "When a name is taken by another credential: refuse, skip, replace or rename.",
            valueName: "rule"))
    var onConflict: SeedConflictRule = .refuse

    @Flag(help: "Show what would be done, and change nothing.")
    var dryRun = false

    @Flag(help: "Apply the last bundle once more, after what it brought was changed here.")
    var again = false

    @Flag(help: "Apply a bundle whose counter is more than a day ahead of this machine's clock.")
    var acceptFuture = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        let input = try ImportInput.read(bundle, limit: Bundle.lengthLimit)
        let bundle = try Bundle(input.withBytes { Array($0) })
        let folder = try session.keyFolder()
        let report = try folder.withLock(Folder.seedLock) { () throws(CredentialError) in
            try apply(bundle, session, folder)
        }
        try report.show(asJSON: json)
    }

    private func apply(
        _ bundle: Bundle, _ session: AdminSession, _ folder: borrowing Folder
    ) throws(CredentialError) -> SeedReport {
        let name = bundle.terms.name
        guard try TrustedSigners(in: folder).contains(bundle.signer) else {
            throw CredentialError(
                .wrongKey,
                "the bundle \(name) is signed by the key \(bundle.signer.fingerprint), "
                    + "which is not pinned here",
                // The bundle's word for its own key is worth nothing, so it is not at hand here.
                remedy: "get the key from its owner, not with the bundle, and pin it with "
                    + "`keyfob seed trust\(machine.system ? " --system" : "")`")
        }
        var history = try SeedHistory(in: folder)
        let entry = try history.entry(of: bundle)
        let isApplied = entry?.isApplied ?? false
        if isApplied, !again, try isKept(entry, bundle, session) {
            return SeedReport(bundle, .alreadyApplied, [])
        }
        guard isApplied || acceptFuture || !SeedCounter.isFuture(bundle.terms.counter) else {
            throw CredentialError(
                .refused,
                "the counter \(bundle.terms.counter) of the bundle \(name) is more than "
                    + "a day ahead of this machine's clock, and would block later bundles",
                remedy: "set the clock, or add `--accept-future` if the bundle is right")
        }
        guard let key = try MachineKeyFile.read(in: folder) else {
            throw CredentialError(
                .wrongKey, "the bundle \(name) is not addressed to this machine, which has no key",
                remedy: "make one with `keyfob keygen`, and have the bundle made for it")
        }
        let entries = try entries(of: bundle, key)
        // Whatever there is to refuse is refused before a store is so much as made.
        let plan = try plan(entries, bundle, session)
        guard !dryRun else { return SeedReport(bundle, .dryRun, plan.steps) }
        guard plan.changesStore else {
            try history.enter(
                bundle, isApplied: true, to: try session.open()?.fileID, at: session.now,
                in: folder)
            return SeedReport(bundle, .applied, plan.steps)
        }
        return SeedReport(
            bundle, .applied, try store(entries, bundle, history, session, folder).steps)
    }

    /// Whether the store that a bundle went to is still there, and not another one in its place,
    /// as after a reset.
    private func isKept(
        _ entry: SeedHistory.Entry?, _ bundle: Bundle, _ session: AdminSession
    ) throws(CredentialError) -> Bool {
        let file = try session.open()
        guard entry?.store.map({ Array($0) }) != file?.fileID else { return true }
        // One under new keys has another id, and what bundles brought.
        let mark = SeedMark(bundle)
        return try file?.credentials().contains { mark.name(of: $0) != nil } ?? false
    }

    private func entries(
        of bundle: Bundle, _ key: MachineKey
    ) throws(CredentialError) -> [ImportedCredential] {
        let json = try bundle.open(with: key)
        do throws(CredentialError) {
            return try CredentialArchive.decode(json, of: "the bundle \(bundle.terms.name)")
        } catch {
            // It is not this machine's user who asked for something wrong.
            let code = error.code == .badRequest ? .damaged : error.code
            throw CredentialError(code, error.problem, remedy: error.remedy)
        }
    }

    /// What would be done to the store as it is.
    private func plan(
        _ entries: [ImportedCredential], _ bundle: Bundle, _ session: AdminSession
    ) throws(CredentialError) -> SeedPlan {
        let file = try session.open()
        let terms = terms(bundle, store: try session.targetStore(), session)
        return try SeedPlan(entries, besides: try file?.credentials() ?? [], terms) {
            (credential) throws(CredentialError) in
            guard let file else { return SecretFields() }
            return try session.fields(of: credential, in: file)
        }
    }

    private func store(
        _ entries: [ImportedCredential], _ bundle: Bundle, _ history: SeedHistory,
        _ session: AdminSession, _ folder: borrowing Folder
    ) throws(CredentialError) -> SeedPlan {
        let terms = terms(bundle, store: try session.writableStore(), session)
        var made: SeedPlan?
        var fileID: [UInt8]?
        var entered = history
        try session.update { (draft) throws(CredentialError) in
            let plan = try SeedPlan(entries, besides: draft.credentials, terms) {
                (credential) throws(CredentialError) in try draft.fields(of: credential)
            }
            try plan.apply(to: draft)
            made = plan
            fileID = draft.fileID
            // The last thing before the store is written: from here on, no earlier bundle.
            try entered.enter(
                bundle, isApplied: false, to: fileID, at: session.now, in: folder)
        }
        do throws(CredentialError) {
            try entered.enter(
                bundle, isApplied: true, to: fileID, at: session.now, in: folder)
        } catch {
            Console.note("\(error.problem); applying the bundle once more will tell")
        }
        guard let made else { throw CredentialError(.system, "the store was not written") }
        session.forgetTokens(of: made.steps.filter { $0.fields != nil }.map(\.credential))
        return made
    }

    private func terms(
        _ bundle: Bundle, store: StoreKind, _ session: AdminSession
    ) -> SeedPlan.Terms {
        SeedPlan.Terms(
            bundle: bundle, rule: onConflict, store: store, configuration: session.configuration,
            now: session.now)
    }
}
