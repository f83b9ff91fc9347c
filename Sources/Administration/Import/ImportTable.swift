import CredentialCore
import Glibc

/// One line of what is or would be imported, without any secret.
struct ImportRow: Encodable {
    let source: String
    let address: String
    let username: String?
    let kind: String?
    let name: String?
    let binding: String?
    let expires: String?
    /// `add`, `replace`, `present`, `skip` or `refuse`.
    let action: String
    /// Why, for the last two.
    let reason: String?

    init(_ step: ImportPlan.Step) {
        let login = step.entry.login
        source = Printable.text(step.entry.place)
        address = Printable.text(step.entry.address)
        username = step.entry.username.map { Printable.text($0) }
        kind = login?.kind.name
        name = step.action.credential?.name
        binding = login?.binding?.text
        expires = login?.credential.expiresAt.map(Moment.text)
        switch step.action {
        case .add: (action, reason) = ("add", nil)
        case .replace: (action, reason) = ("replace", nil)
        case .present: (action, reason) = ("present", nil)
        case .skip(let why): (action, reason) = ("skip", Printable.text(why))
        case .refuse(let why): (action, reason) = ("refuse", Printable.text(why))
        }
    }

    /// What becomes of it, as a person is told.
    private var words: String {
        switch action {
        case "add": "import as \(name ?? "")"
        case "replace": "replace the secret of \(name ?? "")"
        case "present": "already here: \(name ?? "")"
        case "skip": "skip: \(reason ?? "")"
        default: "not imported: \(reason ?? "")"
        }
    }

    /// How many rows a terminal is given: nobody reads on.
    private static let terminalLimit = 100

    /// Shows rows as a table, or as JSON.
    static func show(_ rows: [ImportRow], asJSON: Bool) throws(CredentialError) {
        if asJSON { return try Console.print(json: rows) }
        guard !rows.isEmpty else { return }
        var table = Table(["source", "address", "username", "kind", "action"])
        let isBounded = isatty(STDOUT_FILENO) == 1 && rows.count > terminalLimit
        for row in isBounded ? rows.prefix(terminalLimit) : rows[...] {
            table.rows.append(
                [row.source, row.address, row.username ?? "-", row.kind ?? "-", row.words])
        }
        Console.print(table.lines().joined(separator: "\n"))
        if isBounded {
            Console.note("and \(rows.count - terminalLimit) more rows; a pipe is given all of them")
        }
    }
}
