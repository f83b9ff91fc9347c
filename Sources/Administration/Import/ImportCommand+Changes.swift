import CredentialCore
import Glibc

extension ImportCommand {
    /// How much is told entry by entry beside the table.
    private static let tellingLimit = 20

    /// Stores what is new in one step, and says what else there is to do with it.
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
        tell(plan.doubts)
        tell(
            changes.compactMap { step in
                guard let name = step.action.credential?.name,
                    let binding = step.entry.login?.furtherBinding
                else { return nil }
                return "\(name) may serve more: `keyfob bind \(name) \(binding)`"
            })
    }

    private func write(
        _ changes: [ImportPlan.Step], of plan: ImportPlan, _ session: AdminSession
    ) throws(CredentialError) {
        let bar = ProgressBar("storing", of: changes.count)
        defer { bar.end() }
        var stage = KeyringStage(session)
        do throws(CredentialError) {
            try plan.keep(changes, in: &stage, progress: bar.advance)
            let kept = stage
            // Where one import goes is no choice for what comes later.
            try session.update(recordsChoice: to == nil) { (draft) throws(CredentialError) in
                try plan.apply(changes, kept, to: draft, progress: bar.advance)
            }
        } catch {
            let left = stage.discard()
            guard left > 0 else { throw error }
            throw CredentialError(
                error.code, "\(error.problem), and the keyring kept \(left) of the secrets",
                remedy: (error.remedy.map { "\($0), then " } ?? "")
                    + "run `keyfob store fsck --repair`")
        }
    }

    /// Refuses an export as a whole, with what is wrong with its entries.
    func requireComplete(_ plan: ImportPlan) throws(CredentialError) {
        let reasons = plan.steps.compactMap { step in
            step.action.refusal.map { "\(step.entry.place): \($0)" }
        }
        guard !reasons.isEmpty else { return }
        tell(reasons)
        throw CredentialError(
            .conflict,
            "\(reasons.count) of \(plan.steps.count) cannot be imported, and an export is taken as "
                + "a whole, so nothing was", remedy: "mend what was named and import again")
    }

    /// Says things by the way, and how many more there would be to say.
    func tell(_ lines: [String]) {
        for line in lines.prefix(Self.tellingLimit) { Console.note(Printable.text(line)) }
        if lines.count > Self.tellingLimit {
            Console.note("and \(lines.count - Self.tellingLimit) more like these")
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
