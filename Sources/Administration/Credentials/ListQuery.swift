import CredentialCore

/// Which credentials `keyfob list` shows, and in which order.
struct ListQuery {
    /// A column that is sorted by.
    private struct Order {
        let column: ListColumn
        let isDescending: Bool
    }

    /// A column, and the pattern that one of its values must match.
    private struct Condition {
        let column: ListColumn
        let pattern: [UInt8]

        func admits(_ summary: CredentialSummary) -> Bool {
            let values = column.values(of: summary)
            return values.isEmpty
                ? Wildcard.matches([], pattern)
                : values.contains { Wildcard.matches(Array($0.utf8), pattern) }
        }
    }

    private let orders: [Order]
    /// Of those of one column, one is to be met.
    private let conditions: [[Condition]]
    private let needle: [UInt8]?

    /// Reads what the options say.
    ///
    /// - Throws: `badRequest` for a column that is none, and for a value that it never has.
    init(
        sort: String?, filters: [String], search: String?
    ) throws(CredentialError) {
        var orders: [Order] = []
        for word in sort?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            let isDescending = word.hasPrefix("-")
            let column = try ListColumn(name: isDescending ? word.dropFirst() : word)
            orders.append(Order(column: column, isDescending: isDescending))
        }
        var conditions: [ListColumn: [Condition]] = [:]
        for filter in filters {
            for part in filter.split(separator: ",", omittingEmptySubsequences: false) {
                guard let equals = part.firstIndex(of: "=") else {
                    throw CredentialError(
                        .badRequest, "`\(Printable.text(String(part)))` is not a filter",
                        remedy: "write COLUMN=PATTERN; the columns are \(ListColumn.names)")
                }
                let column = try ListColumn(name: part[..<equals])
                let pattern = String(part[part.index(after: equals)...])
                try Self.check(pattern, of: column)
                conditions[column, default: []].append(
                    Condition(column: column, pattern: Array(pattern.utf8)))
            }
        }
        self.orders = orders
        self.conditions = Array(conditions.values)
        needle = search.map { Array($0.lowercased().utf8) }
    }

    /// Checks that a column can have a value at all: a slip of the pen would find nothing.
    private static func check(
        _ pattern: String, of column: ListColumn
    ) throws(CredentialError) {
        guard let values = column.closedValues, !pattern.utf8.contains(UInt8(ascii: "*")),
            !values.contains(pattern)
        else { return }
        throw CredentialError(
            .badRequest, "no \(column.rawValue) is called `\(Printable.text(pattern))`",
            remedy: "there are \(values.joined(separator: ", "))")
    }

    /// Those that are asked for, in order.
    func apply(to all: [CredentialSummary]) -> [CredentialSummary] {
        var found = all
        if !conditions.isEmpty {
            found.removeAll { summary in
                !conditions.allSatisfy { $0.contains { $0.admits(summary) } }
            }
        }
        if let needle { found.removeAll { !Self.holds($0.credential, needle) } }
        found.sort { $0.credential.name < $1.credential.name }
        // The last order first: sorting keeps what is equal in the order that it has.
        for order in orders.reversed() { Self.sort(&found, by: order) }
        return found
    }

    private static func sort(_ summaries: inout [CredentialSummary], by order: Order) {
        let keyed = summaries.map { (key: order.column.key(of: $0), summary: $0) }
        summaries = keyed.enumerated().sorted { left, right in
            switch (left.element.key, right.element.key) {
            case (let one?, let other?) where one != other:
                return order.isDescending ? other < one : one < other
            case (_?, nil): return true
            case (nil, _?): return false
            default: return left.offset < right.offset
            }
        }.map(\.element.summary)
    }

    /// Settings that are no words: any few letters occur in base64.
    private static let unread: Set<String> = ["publicKey", "fingerprint"]

    /// Whether a credential's words hold the text, whatever the case of its letters.
    private static func holds(_ credential: Credential, _ needle: [UInt8]) -> Bool {
        var texts = [credential.name, credential.description, credential.scope.text]
        texts.append(credential.username.map { String(decoding: $0, as: UTF8.self) } ?? "")
        texts += credential.bindings.map(\.text)
        for setting in credential.settings where !unread.contains(setting.name) {
            texts += [setting.name, setting.value]
        }
        return texts.contains { $0.lowercased().utf8.firstRange(of: needle) != nil }
    }
}

/// Patterns in which `*` stands for any bytes.
enum Wildcard {
    /// Whether the pattern is the text's, from beginning to end.
    static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (place, next) = (0, 0)
        /// Where the last `*` was, and how far it reaches.
        var star: (next: Int, place: Int)?
        while place < text.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                star = (next, place)
                next += 1
            } else if next < pattern.count, pattern[next] == text[place] {
                place += 1
                next += 1
            } else if let last = star {
                star?.place += 1
                place = last.place + 1
                next = last.next + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
