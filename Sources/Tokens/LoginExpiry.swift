public import CredentialCore
import SecretJSON

/// When a login that a client stored on an ECR host ends.
public enum LoginExpiry {
    /// ECR's tokens are good for twelve hours, in seconds.
    /// See https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
    private static let lifetime: Int64 = 43_200
    private static let name = "the token"

    /// When a token ends, in seconds since 1970: as it says itself, where it can be read, and else
    /// twelve hours from now.
    public static func of(_ token: Secret, now: Int64) -> Int64 {
        readable(token) ?? now + lifetime
    }

    /// ECR's token is base64 of a JSON object that names its expiration.
    private static func readable(_ token: Secret) -> Int64? {
        guard let decoded = token.withBytes(Base64.decode) else { return nil }
        var expiration: Int64?
        do throws(CredentialError) {
            try decoded.withBytes { (bytes) throws(CredentialError) in
                var reader = JSONReader(bytes, of: name, expecting: "an object")
                try reader.readObject { member, reader throws(CredentialError) in
                    guard member.isName("expiration") else { return try reader.skipValue() }
                    expiration = Int64(try reader.readNumber())
                }
            }
        } catch {
            return nil
        }
        return expiration
    }
}
