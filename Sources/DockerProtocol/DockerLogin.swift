public import CredentialCore

/// What a client's `store` hands over.
public struct DockerLogin: Sendable {
    /// The server as the client wrote it, without surrounding white space.
    public let serverURL: [UInt8]
    /// The user name; `<token>` says that the secret is an identity token.
    public let username: [UInt8]
    /// The password or token.
    public let secret: Secret
}
