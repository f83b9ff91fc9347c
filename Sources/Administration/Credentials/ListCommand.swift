import ArgumentParser
import CredentialCore
import SealedFile

/// `keyfob list`
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the credentials, never their secrets.",
        discussion: """
            STATUS is `ok`; `expiring`, when it ends or should be replaced within a week; \
            `expired`; or `suspended`, when git's host refused it a moment ago.
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let session = try AdminSession.start()
        let summaries = (try session.open()?.credentials() ?? [])
            .map { CredentialSummary($0, now: session.now) }
            .sorted { $0.name < $1.name }
        if json {
            try Console.print(json: summaries)
            return
        }
        guard !summaries.isEmpty else {
            Console.note(AdminSession.nothingStored.message)
            return
        }
        var table = Table([
            "name", "kind", "username", "scope", "status", "bindings", "store", "expires",
        ])
        for summary in summaries {
            table.rows.append(
                [
                    summary.name, summary.kind, summary.username ?? "-", summary.scope ?? "-",
                    summary.status,
                    summary.bindings.isEmpty ? "-" : summary.bindings.joined(separator: " "),
                    summary.store, summary.expires ?? "-",
                ].map(Printable.text))
        }
        for line in table.lines() { Console.print(line) }
    }
}
