import ArgumentParser
import CredentialCore
import Glibc
import SealedFile

/// `keyfob store fsck`
struct FsckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Check every part of the encrypted file. Nothing is changed.")

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
    }

    func run() throws {
        let session = try AdminSession.start()
        let problems = SealedFile.check(session.location)
        let isThere = access(session.location.path, F_OK) == 0
        if json {
            let report = Report(
                ok: problems.isEmpty,
                problems: problems.map { problem in
                    .init(
                        class: problem.code.rawValue, where: problem.place,
                        message: problem.message)
                })
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
        let isOnlyLocked = problems.allSatisfy { $0.code == .locked }
        if !problems.isEmpty { throw ExitCode(isOnlyLocked ? 4 : 1) }
    }
}
