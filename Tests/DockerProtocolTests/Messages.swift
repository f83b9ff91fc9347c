import CredentialCore
import DockerProtocol

/// A `store` request with one of its members replaced.
struct StoreMessage {
    var serverURL = Array("registry.example".utf8)
    var username = Array("alice".utf8)
    var secret = Array("s3cret".utf8)

    /// The request with every byte written as it is.
    var bytes: [UInt8] {
        Array("{\"ServerURL\":\"".utf8) + serverURL + Array("\",\"Username\":\"".utf8) + username
            + Array("\",\"Secret\":\"".utf8) + secret + Array("\"}\n".utf8)
    }

    /// The request as docker's own encoder would write it.
    var encoded: [UInt8] {
        DockerReply.login(
            serverURL: serverURL, username: username, secret: Secret(copying: secret)
        ).bytes
    }
}

/// Parses a `store` request.
func login(in bytes: [UInt8]) throws -> DockerLogin {
    try bytes.withUnsafeBytes { try DockerRequest.login(in: $0) }
}

/// Parses a `store` request.
func login(in text: String) throws -> DockerLogin {
    try login(in: Array(text.utf8))
}

/// Parses a `get` or `erase` request.
func serverURL(in bytes: [UInt8]) throws -> [UInt8] {
    try bytes.withUnsafeBytes { try DockerRequest.serverURL(in: $0) }
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

extension Secret {
    /// A copy, which only a test may make.
    var bytes: [UInt8] { withBytes { Array($0) } }
}

extension SecretBuffer {
    /// A copy, which only a test may make.
    var bytes: [UInt8] { withBytes { Array($0) } }
}
