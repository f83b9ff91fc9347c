import CredentialCore
import Glibc

/// Questions to a person at a terminal whose answers are not secret.
enum Question {
    private static let attempts = 3

    /// Says something to the person who is asked.
    static func tell(_ line: String) {
        write(line + "\n")
    }

    /// Asks for a line.
    ///
    /// - Parameter standard: what an empty answer stands for.
    /// - Throws: `declined` when the input ends.
    static func line(_ label: String, standard: String? = nil) throws(CredentialError) -> String {
        let offer = standard.map { $0.isEmpty ? "" : " [\($0)]" } ?? ""
        write("\(label)\(offer): ")
        guard let line = readLine(strippingNewline: true) else {
            tell("")
            throw CredentialError(.declined, "nothing was entered and nothing was changed")
        }
        var answer = line.drop(while: \.isWhitespace)
        while answer.last?.isWhitespace == true { answer.removeLast() }
        return answer.isEmpty ? standard ?? "" : String(answer)
    }

    /// Has one of several things chosen, by its number or its name.
    ///
    /// - Parameter standard: the name that an empty answer stands for.
    /// - Returns: the index of what was chosen.
    static func choice(
        _ label: String, _ items: [(name: String, words: String)], standard: String? = nil
    ) throws(CredentialError) -> Int {
        let width = items.map(\.name.count).max() ?? 0
        for (index, item) in items.enumerated() {
            let number = String(repeating: " ", count: index < 9 ? 1 : 0) + "\(index + 1)"
            let gap = String(repeating: " ", count: width - item.name.count + 2)
            tell("  \(number)  \(item.name)" + (item.words.isEmpty ? "" : gap + item.words))
        }
        return try untilRight { () throws(CredentialError) in
            let answer = try line(label, standard: standard)
            if let number = Int(answer), items.indices.contains(number - 1) { return number - 1 }
            if let index = items.firstIndex(where: { $0.name == answer }) { return index }
            throw CredentialError(
                .badRequest, "`\(Printable.text(answer))` is none of them",
                remedy: "write a number from 1 to \(items.count)")
        }
    }

    /// Asks until an answer is right, three times at most; says each time what is wrong with it.
    static func untilRight<Answer>(
        _ ask: () throws(CredentialError) -> Answer
    ) throws(CredentialError) -> Answer {
        var left = attempts
        while true {
            do throws(CredentialError) {
                return try ask()
            } catch  where left > 1 && canBeMended(error) {
                left -= 1
                Console.note(error.message)
            }
        }
    }

    /// Whether another answer may do.
    static func canBeMended(_ error: CredentialError) -> Bool {
        [.badRequest, .notFound, .conflict, .unsafeFile, .wrongKey].contains(error.code)
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
