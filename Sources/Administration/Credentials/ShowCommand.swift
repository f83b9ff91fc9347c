import ArgumentParser
import CredentialCore
import Glibc
import SealedFile

/// `keyfob show`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about one credential; its secrets only with --reveal.")

    @Argument(help: "The credential's name.")
    var name: String

    @Flag(help: "Print the secret, and nothing else. On a terminal you are asked first.")
    var reveal = false

    @Option(
        help: ArgumentHelp(
            "Which secret field to reveal; by default the one clients are given.",
            valueName: "name"))
    var field: String?

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if reveal, json { throw ValidationError("`--reveal` prints the bare secret, not JSON.") }
        if field != nil, !reveal { throw ValidationError("`--field` goes with `--reveal`.") }
    }

    func run() throws {
        let session = try AdminSession.start()
        let (file, credential) = try session.open(credential: name)
        if reveal {
            if isatty(STDOUT_FILENO) == 1 {
                try Console.confirm("Show the secret of \(name) here?", isAgreed: yes)
            }
            let fields = try session.fields(of: credential, in: file)
            session.rememberRelocations()
            guard let secret = field.map({ fields[$0] }) ?? fields.primary else {
                throw CredentialError(
                    .notFound, "\(name) has no field `\(Printable.text(field ?? ""))`",
                    remedy: "it has: " + fields.fields.map(\.name).joined(separator: ", "))
            }
            Console.reveal(secret)
            if isatty(STDOUT_FILENO) == 1 { Console.print() }
            return
        }
        let summary = CredentialSummary(credential, now: session.now)
        if json {
            try Console.print(json: summary)
            return
        }
        let lines = summary.lines + [(label: "secret", value: "●●●●●●  (see it with --reveal)")]
        let width = lines.map(\.label.count).max() ?? 0
        for (label, value) in lines {
            let gap = String(repeating: " ", count: width - label.count + 2)
            Console.print(label + gap + value)
        }
    }
}
