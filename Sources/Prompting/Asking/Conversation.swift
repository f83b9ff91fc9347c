import CredentialCore

/// A way to speak with a person: a terminal, an askpass program, pinentry(1).
protocol Conversation: AnyObject {
    /// Shows something. A way that can show nothing without an answer shows it with the next
    /// question.
    ///
    /// - Parameter line: text that went through `Printable` where it came from outside.
    func tell(_ line: String) throws(CredentialError)

    /// Shows something that the person must see before anything can go on, such as a code to enter
    /// elsewhere, and does not wait for longer than it takes to show it.
    func announce(_ lines: [String]) throws(CredentialError)

    /// Asks for a line that is shown as it is typed.
    ///
    /// - Throws: `declined` when the person wants to give none.
    func ask(_ prompt: String) throws(CredentialError) -> [UInt8]

    /// Asks as ``ask(_:)`` does, for as long as the answer does not come another way: a descriptor
    /// that becomes readable ends the question. What is shown as it is typed may be a secret later.
    ///
    /// - Returns: nil when it did. A way that cannot be interrupted waits for the person.
    func ask(_ prompt: String, until descriptor: Int32) throws(CredentialError) -> Secret?

    /// Asks for a line that is not shown.
    ///
    /// - Throws: as ``ask(_:)``.
    func askSecret(_ prompt: String) throws(CredentialError) -> Secret

    /// Has one of several lines chosen, by what the person writes.
    ///
    /// - Returns: what they wrote, without the spaces around it.
    func choose(among lines: [String], _ prompt: String) throws(CredentialError) -> [UInt8]

    /// Whether small questions beside that for a login are welcome. Programs that are called once a
    /// question, each with a window of its own, are for names and passwords.
    var isPatient: Bool { get }

    /// Whether there is anybody to answer, and not only somebody who may read along.
    var hearsAnswers: Bool { get }

    /// Whether the person sees a page's address or a code before they have to answer anything. A
    /// program that takes questions shows nothing else, and what is written to standard error
    /// beside it may be read by nobody.
    var showsPages: Bool { get }
}

extension Conversation {
    func ask(_ prompt: String, until descriptor: Int32) throws(CredentialError) -> Secret? {
        try askSecret(prompt)
    }

    func choose(among lines: [String], _ prompt: String) throws(CredentialError) -> [UInt8] {
        for line in lines { try tell(line) }
        return try ask(prompt)
    }

    var isPatient: Bool { true }

    var hearsAnswers: Bool { true }

    var showsPages: Bool { true }
}
