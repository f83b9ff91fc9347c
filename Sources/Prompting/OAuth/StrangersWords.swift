import CredentialCore

/// What a server or another program says to a person: as much of it as they read, and nothing that moves a cursor.
enum StrangersWords {
    private static let limit = 200

    /// The words.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        // Cut before it is escaped, since that makes it longer, and after.
        let text = Printable.text(bytes.prefix(4 * limit))
        return text.count > limit ? text.prefix(limit) + "…" : text
    }

    /// The words.
    static func text(_ string: String) -> String { text(Array(string.utf8)) }
}
