import CredentialCore

/// Ways to ask, of which the next is tried where one gave no answer, as git goes on to the terminal
/// when its askpass program fails.
final class Alternatives: Conversation {
    private var ways: [any Conversation]

    /// - Parameter ways: one at least.
    init(_ ways: [any Conversation]) {
        self.ways = ways
    }

    var isPatient: Bool { ways[0].isPatient }

    var showsPages: Bool { ways.contains { $0.showsPages } }

    func tell(_ line: String) throws(CredentialError) {
        try withFirst { (way) throws(CredentialError) in try way.tell(line) }
    }

    func announce(_ lines: [String]) throws(CredentialError) {
        try withFirst(showingPages: true) { (way) throws(CredentialError) in
            try way.announce(lines)
        }
    }

    func ask(_ prompt: String) throws(CredentialError) -> [UInt8] {
        try withFirst { (way) throws(CredentialError) in try way.ask(prompt) }
    }

    /// What the answer is to is on a page, so it is asked for where that is shown.
    func ask(_ prompt: String, until descriptor: Int32) throws(CredentialError) -> Secret? {
        try withFirst(showingPages: true) { (way) throws(CredentialError) in
            try way.ask(prompt, until: descriptor)
        }
    }

    func askSecret(_ prompt: String) throws(CredentialError) -> Secret {
        try withFirst { (way) throws(CredentialError) in try way.askSecret(prompt) }
    }

    func choose(among lines: [String], _ prompt: String) throws(CredentialError) -> [UInt8] {
        try withFirst { (way) throws(CredentialError) in
            try way.choose(among: lines, prompt)
        }
    }

    /// A person's no is an answer. Anything else leaves it to the next way, for good.
    ///
    /// - Parameter showingPages: whether only ways will do that show pages, if there are any.
    private func withFirst<Answer>(
        showingPages: Bool = false, _ ask: (any Conversation) throws(CredentialError) -> Answer
    ) throws(CredentialError) -> Answer {
        while true {
            let suitable = ways.indices.filter { !showingPages || ways[$0].showsPages }
            do throws(CredentialError) {
                return try ask(ways[suitable.first ?? 0])
            } catch  where error.code != .declined && suitable.count > 1 {
                ways.remove(at: suitable[0])
            }
        }
    }
}
