import CredentialCore
import SecretJSON

/// A JSON web token (RFC 7519). Nobody looks at its signature: what it says counts only where it
/// comes from whoever is asked, or is shown and decides nothing.
enum WebToken {
    /// The JSON of its claims; nil when it is no such token (RFC 7515, 3.1: header, claims and
    /// signature).
    static func claims(of token: Secret) -> Secret? {
        token.withBytes { bytes in
            let parts = bytes.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            return parts.count == 3 ? Base64URL.decode(parts[1]) : nil
        }
    }
}
