import CredentialCore
import SealedFile

/// What needs attention, and how many credentials are how.
struct Attention {
    /// How many lines are shown at most.
    private static let limit = 20

    /// A line for each thing, with what to do about it.
    let all: [String]
    /// How many credentials are in which status, by its name; those that none is in are left out.
    let counts: [String: Int]
    /// The tokens that were minted in an environment like this one.
    let tokens: [TokenReport]

    /// Nothing is unlocked for it.
    init(_ session: AdminSession, _ file: SealedFile?) throws(CredentialError) {
        let credentials = try file?.credentials() ?? []
        let review = CredentialReview(credentials, now: session.now)
        tokens = try CachedTokens(session, beside: file).own.map {
            TokenReport($0.order, $0.entry, session)
        }
        var counts: [CredentialStatus: Int] = [:]
        var attention: [String] = []
        for index in credentials.indices {
            let status = review.states(of: credentials[index])[0]
            counts[status, default: 0] += 1
            if let line = review.attention(of: credentials[index]) { attention.append(line) }
        }
        // A line begins with the credential's name.
        all = attention.sorted() + tokens.compactMap(\.attention)
        self.counts = Dictionary(
            counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The lines, as many as somebody reads.
    var lines: [String] {
        var lines = all.prefix(Self.limit).map { Printable.text($0) }
        if all.count > Self.limit {
            lines.append("and \(all.count - Self.limit) more; see `keyfob list --sort status`")
        }
        return lines
    }

    /// `9 ok, 2 expiring`, the worst last.
    func sums(isColored: Bool) -> String {
        CredentialStatus.allCases.reversed().compactMap { status in
            counts[status.rawValue].map { count in
                "\(count) " + (isColored ? status.style.on(status.rawValue) : status.rawValue)
            }
        }.joined(separator: ", ")
    }
}
