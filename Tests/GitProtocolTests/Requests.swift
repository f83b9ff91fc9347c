import CredentialCore
import GitProtocol
import Testing

/// Parses a request.
func request(_ bytes: [UInt8]) throws -> GitRequest {
    try bytes.withUnsafeBytes { try GitRequest(parsing: $0) }
}

/// Parses a request.
func request(_ text: String) throws -> GitRequest {
    try request(Array(text.utf8))
}

/// What `body` was refused with, if it was.
func refusal<Value>(of body: @autoclosure () throws -> Value) -> CredentialError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? CredentialError
    }
}

/// `ab` with `byte` put at the first, the middle and the last of its three places.
func places(of byte: UInt8) -> [[UInt8]] {
    let (a, b) = (UInt8(ascii: "a"), UInt8(ascii: "b"))
    return [[byte, a, b], [a, byte, b], [a, b, byte]]
}

extension Secret {
    /// A secret made of text, which only a test may have.
    init(_ text: String) {
        self.init(copying: Array(text.utf8))
    }

    /// A copy, which only a test may make.
    var bytes: [UInt8] { withBytes { Array($0) } }
}

extension GitReply {
    /// A copy of the encoded reply, which only a test may make.
    func bytes() throws -> [UInt8] { try encoded().withBytes { Array($0) } }
}

/// A field of a request that holds one value, and the bytes it may hold.
struct RequestField: Sendable, CustomTestStringConvertible {
    let key: String
    let refusesControlBytes: Bool
    let value: @Sendable (GitRequest) -> [UInt8]?

    var testDescription: String { key }

    static let all = [
        RequestField(key: "protocol", refusesControlBytes: true) { $0.protocolName },
        RequestField(key: "host", refusesControlBytes: true) { $0.host },
        RequestField(key: "path", refusesControlBytes: true) { $0.path },
        RequestField(key: "username", refusesControlBytes: true) { $0.username },
        RequestField(key: "authtype", refusesControlBytes: true) { $0.authtype },
        RequestField(key: "password", refusesControlBytes: false) { $0.password?.bytes },
        RequestField(key: "credential", refusesControlBytes: false) { $0.credential?.bytes },
        RequestField(key: "oauth_refresh_token", refusesControlBytes: false) {
            $0.oauthRefreshToken?.bytes
        },
        RequestField(key: "wwwauth[]", refusesControlBytes: false) { $0.wwwAuthenticate.first },
        RequestField(key: "state[]", refusesControlBytes: false) { $0.states.first },
    ]

    func permits(_ byte: UInt8) -> Bool {
        refusesControlBytes ? byte >= 0x20 && byte != 0x7F : ![0x00, 0x0A, 0x0D].contains(byte)
    }
}
