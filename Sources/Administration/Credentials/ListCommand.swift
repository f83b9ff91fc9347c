import ArgumentParser
import CredentialCore
import Glibc
import SealedFile

/// `keyfob list`
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the credentials, never their secrets.",
        discussion: """
            STATUS is the worst of: expired; suspended, when git's host refused it a moment ago; \
            expiring, when it ends or should be replaced within a week; duplicate, when another \
            with the same binding, user and scope always answers before it, or is a newer password \
            for the same SSH login; weak, when it is an account's password and the provider has \
            tokens; ok. `keyfob status` says what to do.

            The columns are name, kind, username, scope, status, bindings, store, created, by, \
            updated, expires, rotate-after, origin, provider and needs. BINDINGS of an SSH \
            password is its login, ssh:HOST:PORT:USER; EXPIRES says `due` with the day of \
            rotate-after where that is what is expiring. A terminal that is too narrow is not \
            shown what says nothing, unless it is asked for with --columns.

            A filter's `*` stands for anything, and an empty pattern for nothing; a filter by \
            status finds each of several. Of two filters by the same column, one is to fit.

            EXAMPLES:
              keyfob list --filter kind=token,status=expiring --sort expires
              keyfob list --filter scope=acme/* --columns name,username,bindings
              keyfob list --search github --json
            """)

    @Option(help: ArgumentHelp("What to show, with commas between.", valueName: "columns"))
    var columns: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What to sort by; with `-` before it, the other way round.", valueName: "columns"))
    var sort: String?

    @Option(
        help: ArgumentHelp(
            "Only those that it fits. May be repeated.", valueName: "column=pattern"))
    var filter: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only those with this text in name, description, user, bindings, scope or settings, in "
                + "capitals or not.", valueName: "text"))
    var search: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var colors: ColorOptions

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let asked = try columns.map(ListColumn.parse)
        let query = try ListQuery(sort: sort, filters: filter, search: search)
        let session = try AdminSession.start(machine)
        let all = try session.open()?.credentials() ?? []
        let review = CredentialReview(all, now: session.now)
        let found = query.apply(to: all.map { CredentialSummary($0, review) })
        guard json || !found.isEmpty else {
            Console.note(
                all.isEmpty ? AdminSession.nothingStored.message : "nothing stored is like that")
            return
        }
        // To give ten thousand credentials back one by one takes as long as to show them; the
        // process ends anyway.
        withExtendedLifetime((all, found)) {
            json ? printJSON(found) : printTable(found, asked)
            Glibc.exit(0)
        }
    }

    private func printJSON(_ found: [CredentialSummary]) {
        var output = JSONOutput(capacity: found.count * 512)
        output.array(found) { $1.write(to: &$0) }
        Console.print(output)
    }

    /// - Parameter asked: the columns that were asked for, if any were.
    private func printTable(_ found: [CredentialSummary], _ asked: [ListColumn]?) {
        var columns = asked ?? ListColumn.usual
        var table = Table(columns.map(\.rawValue))
        table.rows = found.map { summary in columns.map { $0.cell(of: summary) } }
        if asked == nil {
            let kept = table.columnsThatFit { column, cells in
                guard let first = cells.first, cells.allSatisfy({ $0 == first }) else {
                    return false
                }
                return first == "-" || columns[column] == .store
            }
            if kept.count < columns.count {
                columns = kept.map { columns[$0] }
                let rows = table.rows
                table = Table(columns.map(\.rawValue))
                table.rows = rows.map { row in kept.map { row[$0] } }
            }
        }
        table.firmColumn = columns.firstIndex(of: .name)
        table.columnsCutInside = Set(columns.indices.filter { columns[$0] == .bindings })
        table.style = { column, cell in
            guard columns[column] == .status else { return .plain }
            return CredentialStatus(rawValue: cell)?.style ?? .plain
        }
        Console.print(table, isColored: colors.isOn)
    }
}
