import CredentialCore

/// What `keyfob list` can show, sort by and filter by.
enum ListColumn: String, CaseIterable {
    case name
    case kind
    case username
    case scope
    case status
    case bindings
    case store
    case created
    case by
    case updated
    case expires
    case rotateAfter = "rotate-after"
    case origin
    case provider
    case needs

    /// What is shown when nothing else is asked for: what tells credentials apart, and what may be
    /// to be done.
    static let usual: [ListColumn] = [
        .name, .kind, .username, .scope, .status, .bindings, .store, .expires,
    ]

    /// The names, for messages.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Reads names with commas between them.
    ///
    /// - Throws: `badRequest` for one that is none.
    static func parse(_ text: String) throws(CredentialError) -> [ListColumn] {
        var columns: [ListColumn] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            columns.append(try ListColumn(name: name))
        }
        return columns
    }

    /// The column of that name.
    ///
    /// - Throws: `badRequest` when there is none.
    init(name: some StringProtocol) throws(CredentialError) {
        guard let column = ListColumn(rawValue: name.lowercased()) else {
            throw CredentialError(
                .badRequest, "there is no column `\(Printable.text(String(name)))`",
                remedy: "the columns are \(Self.names)")
        }
        self = column
    }

    /// What stands in it, one by one; nothing where there is nothing.
    func values(of summary: CredentialSummary) -> [String] {
        let credential = summary.credential
        switch self {
        case .name: return [credential.name]
        case .kind: return [summary.kind]
        case .username: return credential.username.map { [Printable.line($0)] } ?? []
        case .scope: return credential.scope.isNone ? [] : [credential.scope.text]
        case .status: return summary.states.map(\.rawValue)
        case .bindings:
            let login = credential.sshLogin.map { [Printable.line("ssh:\($0)")] } ?? []
            return login + credential.bindings.map(\.line)
        case .store: return [credential.store.name]
        case .created: return [Moment.text(credential.createdAt)]
        case .by: return [credential.createdBy]
        case .updated: return [Moment.text(credential.updatedAt)]
        case .expires: return credential.expiresAt.map { [Moment.text($0)] } ?? []
        case .rotateAfter: return credential.rotateAfter.map { [Moment.text($0)] } ?? []
        case .origin: return [credential.origin.name]
        case .provider: return summary.provider.map { [$0] } ?? []
        case .needs: return credential.needs
        }
    }

    /// What the table shows.
    func cell(of summary: CredentialSummary) -> String {
        let credential = summary.credential
        switch self {
        case .name: return credential.name
        case .kind: return summary.kind
        case .status: return summary.states[0].rawValue
        case .store: return credential.store.name
        case .expires where credential.expiresAt != nil && credential.finalExpiry == nil:
            return "renewed"
        case .expires where summary.due != nil: return "due \(Moment.text(summary.due ?? 0))"
        default:
            let values = values(of: summary)
            guard let first = values.first, !first.isEmpty else { return "-" }
            return values.count == 1 ? first : values.joined(separator: " ")
        }
    }

    /// All that can stand in it, for those of few values.
    var closedValues: [String]? {
        switch self {
        case .kind: KindTemplate.all.map(\.name)
        case .status: CredentialStatus.allCases.map(\.rawValue)
        case .store: StoreKind.allCases.map(\.name)
        case .origin: Origin.allCases.map(\.name)
        default: nil
        }
    }

    /// What it is sorted by; nil, which comes last, where there is nothing.
    func key(of summary: CredentialSummary) -> SortKey? {
        let credential = summary.credential
        switch self {
        case .status: return .number(Int64(summary.states[0].severity))
        case .created: return .number(credential.createdAt)
        case .updated: return .number(credential.updatedAt)
        case .expires: return (summary.due ?? credential.expiresAt).map(SortKey.number)
        case .rotateAfter: return credential.rotateAfter.map(SortKey.number)
        default:
            let values = values(of: summary)
            return values.isEmpty ? nil : .text(values.joined(separator: " "))
        }
    }
}

/// What rows are sorted by.
enum SortKey: Comparable {
    case number(Int64)
    case text(String)
}
