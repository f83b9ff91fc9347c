import ArgumentParser
import CredentialCore
import Keyring
import SealedFile
import SecretService

/// `keyfob store fsck`
struct FsckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Check every part of the encrypted file, and the keyring where it is in use.",
        discussion: """
            Nothing is changed without `--repair`. An item of the keyring that no credential names \
            answers nobody: a write that was killed left it behind, or it belongs to another home \
            on this desktop. `keyfob store recover --from-keyring` brings such items back.
            """)

    @Flag(help: "Remove items of the keyring that no credential names.")
    var repair = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        struct Problem: Encodable {
            let `class`: String
            let `where`: String
            let message: String
        }

        let ok: Bool
        let problems: [Problem]
        /// The paths of items that no credential names, where the keyring is in use.
        let orphans: [String]?
    }

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        var problems = SealedFile.check(session.location).map {
            (code: $0.code, place: $0.place, message: $0.message)
        }
        // Without a catalogue, every item would look as if nobody named it.
        let keyring = KeyringCheck(
            session, try? SealedFile.peek(session.location), looksAnyway: repair)
        problems += keyring.problems.map { (code: $0.code, place: $0.place, message: $0.message) }
        let isThere = try SealedFile.exists(session.location)
        if json {
            let report = Report(
                ok: problems.isEmpty,
                problems: problems.map { problem in
                    .init(
                        class: problem.code.rawValue, where: problem.place,
                        message: problem.message)
                }, orphans: keyring.isInUse ? keyring.orphans.map(\.path) : nil)
            try Console.print(json: report)
        } else if problems.isEmpty {
            Console.print(
                session.location.path + (isThere ? ": no problem found" : ": nothing is stored yet")
            )
        } else {
            for problem in problems {
                Console.print("\(problem.code.rawValue): \(problem.place): \(problem.message)")
            }
        }
        if try SealedFile.hasLeftover(session.location) {
            Console.note(
                "a write is under way, or was killed and left \(session.location.path).new; "
                    + "the next change removes that")
        }
        try handle(keyring.orphans, session)
        let isOnlyLocked = problems.allSatisfy(\.code.isUnavailable)
        if !problems.isEmpty { throw ExitCode(isOnlyLocked ? 4 : 1) }
    }

    private func handle(
        _ orphans: [ServiceItem], _ session: AdminSession
    ) throws(CredentialError) {
        guard !orphans.isEmpty else { return }
        for item in orphans {
            Console.note("no credential names the keyring's item \(item.path) (\(item.label))")
        }
        let count = orphans.count == 1 ? "1 item" : "\(orphans.count) items"
        guard repair else {
            Console.note("`keyfob store fsck --repair` removes \(count)")
            return
        }
        try Console.confirm("Remove \(count) from the keyring for good?", isAgreed: yes)
        // Once more under the lock, where nobody keeps a secret that is about to be named.
        _ = try SealedFile.update(session.location, now: session.now) {
            (draft) throws(CredentialError) in
            let found = try KeyringOrphans.find(session.keyring, besides: draft.credentials)
            for item in found where orphans.contains(where: { $0.path == item.path }) {
                _ = try session.keyring.ask(.delete(path: item.path))
            }
            return .unchanged
        }
        Console.note("removed \(count) from the keyring")
    }
}
