import CredentialCore

/// What the values of several templates' fields must look like.
enum FieldCheck {
    /// The check for one of these words.
    static func oneOf(_ words: [String]) -> @Sendable (String) throws(CredentialError) -> Void {
        { (value) throws(CredentialError) in
            guard !words.contains(value) else { return }
            throw refusal(
                "`\(Printable.text(value))` is none of them", words.joined(separator: ", "))
        }
    }

    /// The check for so many letters and digits.
    static func lettersAndDigits(
        _ count: ClosedRange<Int>, _ what: String
    ) -> @Sendable (String) throws(CredentialError) -> Void {
        { (value) throws(CredentialError) in
            guard value.utf8.allSatisfy(isLetterOrDigit), count.contains(value.utf8.count) else {
                throw refusal(
                    "`\(Printable.text(value))` is no \(what)",
                    "\(text(count)) letters and digits")
            }
        }
    }

    /// The check for so many letters and digits that are secret.
    static func secretLettersAndDigits(
        _ count: ClosedRange<Int>, _ what: String
    ) -> @Sendable (Secret) throws(CredentialError) -> Void {
        { (value) throws(CredentialError) in
            let isSound = value.withBytes { $0.allSatisfy(isLetterOrDigit) }
            guard isSound, count.contains(value.count) else {
                throw refusal("this is no \(what)", "\(text(count)) letters and digits")
            }
        }
    }

    /// A port: 1 to 65535.
    static let port: @Sendable (String) throws(CredentialError) -> Void = {
        (value) throws(CredentialError) in
        guard value.utf8.allSatisfy(Byte.isDigit), let port = Int(value), 1...65_535 ~= port,
            !value.hasPrefix("0")
        else {
            throw refusal("`\(Printable.text(value))` is no port", "a number from 1 to 65535")
        }
    }

    /// A host's name or address.
    static let host: @Sendable (String) throws(CredentialError) -> Void = {
        (value) throws(CredentialError) in
        let isSound = value.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || ".-_:[]%".utf8.contains(byte)
        }
        // A colon stands in IPv6 addresses alone, at least twice.
        let colons = value.utf8.count { $0 == UInt8(ascii: ":") }
        guard isSound, colons != 1, 1...253 ~= value.utf8.count else {
            throw refusal(
                "`\(Printable.text(value))` is no host", "a name or an address, without the port")
        }
    }

    /// Some words of text in one line.
    static let oneLine: @Sendable (String) throws(CredentialError) -> Void = {
        (value) throws(CredentialError) in
        let isSound = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        guard isSound, 1...4096 ~= value.utf8.count else {
            throw refusal(
                "this is not a line of text", "1 to 4096 bytes without control characters")
        }
    }

    /// A secret that stands in one line.
    static let oneSecretLine: @Sendable (Secret) throws(CredentialError) -> Void = {
        (value) throws(CredentialError) in
        guard value.isOneLine, !value.isEmpty else {
            throw refusal("this secret is not one line", "it alone, in one line")
        }
    }

    /// What is said of a value that is not what it should be.
    static func refusal(_ problem: String, _ wanted: String) -> CredentialError {
        CredentialError(.badRequest, problem, remedy: "write \(wanted)")
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte)
    }

    private static func text(_ count: ClosedRange<Int>) -> String {
        count.lowerBound == count.upperBound
            ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
    }
}
