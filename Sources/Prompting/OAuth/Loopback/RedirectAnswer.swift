import CredentialCore

/// What the server has a browser bring back (RFC 6749, 4.1.2).
enum RedirectAnswer {
    /// What tokens are had for.
    case code(Secret)
    /// There will be none: the error's name, and what the server says of it.
    case refusal(String, description: String?)

    /// The longest code that is taken.
    private static let codeLimit = 8 << 10

    /// Reads a request's target: path and query.
    ///
    /// - Returns: nil for everything that is not the answer to the very request that `state` was
    ///   made for: what anybody else sends changes nothing.
    init?(target: UnsafeRawBufferPointer, path: String, state: Secret) {
        let whole = target.prefix { $0 != UInt8(ascii: "#") }
        let named = whole.prefix { $0 != UInt8(ascii: "?") }
        guard named.elementsEqual(path.utf8),
            let fields = FormFields(whole.dropFirst(named.count + 1)),
            let given = fields.single("state"), given.matches(state)
        else { return nil }
        let (code, error) = (fields.single("code"), fields.single("error"))
        if let code, Self.isCode(code), !fields.contains("error") {
            self = .code(code)
        } else if let error, Self.isCode(error), !fields.contains("code") {
            self = .refusal(
                Self.words(error), description: fields.single("error_description").map(Self.words))
        } else {
            return nil
        }
    }

    /// RFC 6749, A.7 and A.11: printable ASCII.
    private static func isCode(_ value: Secret) -> Bool {
        value.withBytes { bytes in
            (1...codeLimit).contains(bytes.count)
                && bytes.allSatisfy { (0x20...0x7E).contains($0) }
        }
    }

    private static func words(_ value: Secret) -> String {
        value.withBytes { StrangersWords.text($0) }
    }
}
