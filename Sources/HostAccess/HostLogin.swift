public import CredentialCore
import Launch

/// What somebody wants to get in with.
public struct HostLogin: Sendable {
    /// The user name; nil where only a header or a token without one is sent.
    public var username: [UInt8]?
    /// The password or token, or with ``authtype`` the ready-made rest of the header.
    public var secret: Secret
    /// The scheme of the `Authorization` header, such as `Bearer`; nil for `Basic` made of user
    /// name and password (RFC 7617).
    public var authtype: [UInt8]?

    /// A login from its parts.
    public init(username: [UInt8]?, secret: Secret, authtype: [UInt8]? = nil) {
        self.username = username
        self.secret = secret
        self.authtype = authtype
    }

    func write(to writer: MessageWriter) {
        writer.write(optional: username)
        writer.write(secret)
        writer.write(optional: authtype)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        let username = try reader.optionalBytes()
        let secret = try reader.secret()
        self.init(username: username, secret: secret, authtype: try reader.optionalBytes())
    }
}
