import Configuration
import CredentialCore
import HostAccess

/// The choice among the accounts that are stored for a place.
struct AccountChoice {
    private let request: LoginRequest
    private let surroundings: Surroundings
    private let conversation: any Conversation

    init(
        _ request: LoginRequest, _ surroundings: Surroundings, _ conversation: any Conversation
    ) {
        self.request = request
        self.surroundings = surroundings
        self.conversation = conversation
    }

    /// The chosen account's index; nil for another one, which is to be asked for.
    func run() throws(Refusal) -> Int? {
        do throws(CredentialError) {
            let last = request.accounts.count + 1
            let number = try NumberedQuestion(conversation).ask(
                "Account for \(request.place.address.text) (1-\(last)): ", lines,
                names: request.accounts.map(\.username))
            guard number < last else { return nil }
            let account = request.accounts[number - 1]
            if request.place.wireProtocol == .git {
                RememberedAccount(request.place.address, surroundings)
                    .offer(account.username, conversation)
            }
            return number - 1
        } catch {
            throw Refusal(error: error, isFinal: error.code != .unreachable)
        }
    }

    private var lines: [String] {
        let names = request.accounts.map { Printable.text($0.username) }
        let width = names.map(\.count).max() ?? 0
        let accounts = zip(names, request.accounts).map { name, account in
            let gap = String(repeating: " ", count: width - name.count + 2)
            return account.words.isEmpty ? name : name + gap + Printable.text(account.words)
        }
        return accounts + ["another account"]
    }
}

/// A question whose answer is a number.
struct NumberedQuestion {
    private static let attempts = 3

    private let conversation: any Conversation

    init(_ conversation: any Conversation) {
        self.conversation = conversation
    }

    /// Asks, three times at most.
    ///
    /// - Parameters:
    ///   - names: what may be written in a number's place.
    /// - Returns: the number, from 1.
    /// - Throws: `declined` for an empty answer, and after three that are none. None is repeated:
    ///   it may be a password that a program gives to every question.
    func ask(
        _ prompt: String, _ lines: [String], names: [[UInt8]] = []
    ) throws(CredentialError) -> Int {
        let numbered = lines.enumerated().map { "  \($0.offset + 1)  \($0.element)" }
        for attempt in 1...Self.attempts {
            let answer = try conversation.choose(among: attempt == 1 ? numbered : [], prompt)
            let text = String(decoding: answer, as: UTF8.self).filter { $0 != " " }
            if let number = Int(text), (1...lines.count).contains(number) { return number }
            if let index = names.firstIndex(of: answer) { return index + 1 }
            guard !text.isEmpty else { break }
            try conversation.tell("That is none of them; write a number from 1 to \(lines.count)")
        }
        throw CredentialError(.declined, "no account was chosen")
    }
}
