import CredentialCore

/// Has somebody at the terminal say what becomes of each conflict, or of all that are left.
final class ConflictQuestions {
    private static let attempts = 3
    private var rest: ConflictRule?

    /// - Parameter count: how many conflicts there are, as far as is known before the first answer.
    init(count: Int) {
        guard count > 1 else { return }
        Console.note(
            "\(count) conflicts: say what to do with each, or with all that are left, as in "
                + "`skip all`")
    }

    /// What was said about a conflict; nil when it stays open.
    func answer(_ conflict: String, _ mayReplace: Bool) -> ConflictRule? {
        let choices: [ConflictRule] =
            mayReplace ? [.skip, .replace, .rename, .newest] : [.skip, .rename]
        if let rest, choices.contains(rest) { return rest }
        let words = choices.map(\.rawValue).joined(separator: ", ")
        let question = Printable.text("\(conflict). What to do: \(words)?")
        for _ in 0..<Self.attempts {
            let answer = Console.ask("\(question) [skip] ").lowercased().split(separator: " ")
            guard let word = answer.first else { return .skip }
            let meant = choices.filter { $0.rawValue.hasPrefix(word) }
            let more = answer.dropFirst()
            guard meant.count == 1, more.count < 2, more.allSatisfy({ "all".hasPrefix($0) }) else {
                continue
            }
            if !more.isEmpty { rest = meant[0] }
            return meant[0]
        }
        return nil
    }
}
