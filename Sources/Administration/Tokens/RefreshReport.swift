import CredentialCore
import SealedFile
import Tokens

/// What `keyfob refresh` did.
struct RefreshReport: Encodable {
    struct Token: Encodable {
        let address: String
        let identity: String
        let obtained: String
        let expires: String

        init(_ order: TokenOrder, _ token: MintedToken) {
            address = "registry:\(order.address.text)"
            identity = token.identity
            obtained = Moment.text(token.obtainedAt)
            expires = Moment.text(token.expiresAt)
        }

        var line: String {
            Printable.text("\(address): token from \(identity), good until \(expires)")
        }
    }

    struct Failure: Encodable {
        let address: String
        let message: String
    }

    var tokens: [Token] = []
    var failures: [Failure] = []
    /// How many cached tokens are another environment's.
    var others = 0

    mutating func add(_ error: CredentialError, _ order: TokenOrder) {
        failures.append(
            Failure(address: "registry:\(order.address.text)", message: error.message))
    }

    var othersText: String? {
        guard others > 0 else { return nil }
        return others == 1
            ? "1 token of another environment was left alone"
            : "\(others) tokens of another environment were left alone"
    }
}
