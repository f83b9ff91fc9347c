import ArgumentParser
import CredentialCore
import SealedFile

/// `keyfob dedupe`
struct DedupeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dedupe",
        abstract: "Remove what is stored twice, and change no answer by it.",
        discussion: """
            Two credentials are one when they have the same kind, user, scope, settings, expiry \
            and secret (of an SSH password the same host, port and user): the one stored last \
            stays and takes over the addresses of the other. One with the same binding, user and \
            scope as another that always answers before it is never asked for, whatever its \
            secret, and goes as well.

            Every address is answered with the same user and secret afterwards; where that would \
            not be so, both stay. So do credentials that are expired or suspended, and logins that \
            git or docker stored for other addresses: those are the clients' to change.

            EXAMPLES:
              keyfob dedupe --dry-run
              keyfob dedupe --yes --json
            """)

    @Flag(help: "Show what would be removed, and change nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var machine: StoreSelection

    /// What is printed as JSON.
    private struct Report: Encodable {
        struct Group: Encodable {
            let keep: String
            let remove: String
            let reason: DedupePlan.Reason
            let moved: [String]
        }

        let groups: [Group]
        /// Names of the stores that could not be read.
        let unread: [String]
        let isDone: Bool
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        guard let file = try session.open() else {
            return try finish(nil, unread: [], isDone: false)
        }
        let relocks = try unlock(file)
        defer { if relocks { _ = file.lock() } }
        let all = try file.credentials()
        let digests = SecretDigests(all, file, session)
        session.rememberRelocations()
        for (store, error) in digests.failures.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            Console.note(
                "the secrets in the \(store.name) store were not compared: \(error.message)")
        }
        let unread = digests.failures.keys.map(\.name).sorted()
        let plan = plan(all, digests, session)
        guard !plan.removals.isEmpty, !dryRun else {
            return try finish(plan, unread: unread, isDone: false)
        }
        if !json { show(plan) }
        let count = plan.removals.count
        let what = count == 1 ? "1 credential" : "\(count) credentials"
        try Console.confirm("Remove \(what) for good?", isAgreed: yes)
        let removed = Set(plan.removals.map(\.id))
        try session.update { (draft) throws(CredentialError) in
            // What was shown is what is done.
            guard self.plan(draft.credentials, digests, session) == plan else {
                throw CredentialError(
                    .conflict, "the store was changed meanwhile, and nothing was removed",
                    remedy: "try again")
            }
            for removal in plan.removals { try draft.remove(removal.id) }
            for var credential in plan.changed.values {
                credential.updatedAt = session.now
                try draft.update(credential)
            }
        }
        session.forgetTokens(of: all.filter { removed.contains($0.id) })
        if json { try finish(plan, unread: unread, isDone: true) }
        Console.note("removed \(what)")
    }

    /// Opens a file that a passphrase locks, where somebody is there to give it.
    ///
    /// - Returns: whether it is to be locked again.
    private func unlock(_ file: SealedFile) throws(CredentialError) -> Bool {
        guard Console.isInteractive, file.slotKinds.contains(.passphrase), try file.isLocked()
        else { return false }
        try file.unlock(
            passphrase: try SecretInput.passphrase(fromStandardInput: false), seconds: 600)
        return true
    }

    private func plan(
        _ credentials: [Credential], _ digests: SecretDigests, _ session: AdminSession
    ) -> DedupePlan {
        // A keyring that cannot be asked keeps what it has.
        let untouchable = credentials.filter {
            $0.store != .file && digests.failures[$0.store] != nil
        }
        return DedupePlan(
            credentials, digests: digests.digests(of: credentials),
            untouchable: Set(untouchable.map(\.id)), now: session.now)
    }

    private func show(_ plan: DedupePlan) {
        var table = Table(["remove", "keep", "because", "addresses that move"])
        for removal in plan.removals {
            let reason =
                removal.reason == .sameSecret ? "the same secret" : "never answers"
            let moved = removal.moved.map(\.text).joined(separator: " ")
            table.rows.append([removal.name, removal.kept, reason, moved.isEmpty ? "-" : moved])
        }
        Console.print(table)
    }

    /// Says what was found.
    private func finish(
        _ plan: DedupePlan?, unread: [String], isDone: Bool
    ) throws(CredentialError) {
        let removals = plan?.removals ?? []
        if json {
            let groups = removals.map {
                Report.Group(
                    keep: $0.kept, remove: $0.name, reason: $0.reason, moved: $0.moved.map(\.text))
            }
            try Console.print(json: Report(groups: groups, unread: unread, isDone: isDone))
        } else if let plan, !removals.isEmpty {
            show(plan)
        } else {
            Console.note("nothing is stored twice")
        }
    }
}
