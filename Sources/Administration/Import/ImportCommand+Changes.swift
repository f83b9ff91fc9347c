import CredentialCore
import Glibc

extension ImportCommand {
    /// How many are stored with one write of the catalogue: few enough that it is not locked for
    /// long, and that a kill leaves little behind that no catalogue names.
    private static let batchSize = 50

    /// Microseconds between two batches. Who waits for the store's lock asks for it every 3 ms or
    /// sooner, and would not get it if it were taken again at once.
    private static let pause: UInt32 = 10_000

    /// Stores what is new, and says what else there is to do with it.
    func store(_ plan: ImportPlan, _ session: AdminSession) throws(CredentialError) {
        let changes = plan.changes
        let credentials = changes.count == 1 ? "1 credential" : "\(changes.count) credentials"
        if !changes.isEmpty {
            if Console.isInteractive {
                try Console.confirm("Import \(credentials)?", isAgreed: yes)
            }
            try write(changes, of: plan, session)
        }
        Console.note(
            changes.isEmpty ? "there was nothing new to import" : "imported \(credentials)")
        for step in changes {
            guard let name = step.action.credential?.name,
                let binding = step.entry.login?.furtherBinding
            else { continue }
            Console.note("\(name) may serve more: `keyfob bind \(name) \(binding)`")
        }
    }

    /// Stores batch after batch. Each goes behind the one before, so the source's order holds.
    private func write(
        _ changes: [ImportPlan.Step], of plan: ImportPlan, _ session: AdminSession
    ) throws(CredentialError) {
        for start in stride(from: 0, to: changes.count, by: Self.batchSize) {
            let end = min(start + Self.batchSize, changes.count)
            if start > 0 { usleep(Self.pause) }
            do throws(CredentialError) {
                // Where one import goes is no choice for what comes later.
                try session.update(recordsChoice: to == nil) { (draft) throws(CredentialError) in
                    try plan.apply(changes[start..<end], to: draft, now: session.now)
                }
            } catch {
                if start > 0 {
                    Console.note("\(start) of \(changes.count) were imported before this")
                }
                throw error
            }
            if changes.count > Self.batchSize {
                Console.note("imported \(end) of \(changes.count)")
            }
        }
    }

    /// Removes from the source what the store gives back.
    func remove(
        _ plan: ImportPlan, from source: any ImportSource, _ session: AdminSession
    ) throws(CredentialError) {
        let (kept, missing) = try plan.readBack(in: session)
        let entries = plan.removals(of: kept, hasSuccession: source.hasSuccession)
        let count = entries.count { $0.removal?.takesAway == true }
        if count > 0 {
            try Console.confirm(
                "Remove \(count) of the logins from \(from.rawValue)?", isAgreed: yes)
        }
        var removals = ImportRemovals(entries)
        removals.run()
        Console.note("removed \(removals.count) from \(from.rawValue)")
        let reasons =
            removals.left
            + missing.map { "\($0.place): the store holds another secret, or gave none back" }
        for reason in reasons { Console.note("left as it is: \(Printable.text(reason))") }
        guard reasons.isEmpty else {
            throw CredentialError(
                .conflict, "not all of them were removed", remedy: "see what was left, and why")
        }
    }
}
