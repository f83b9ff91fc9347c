import CredentialCore

/// Why nobody is asked, or what came of it instead of a login.
struct Refusal: Error {
    let error: CredentialError
    /// Whether git must ask nobody else either.
    let isFinal: Bool
}
