public import CredentialCore

/// What a credential helper prints for git's `get`.
///
/// It has no protocol, host or path: git would take them for a change of the request.
public struct GitReply: Sendable {
    /// The extensions the helper uses; git drops what belongs to one that is not announced.
    public var capabilities: GitCapabilities = []
    /// The scheme of `credential`, such as `Bearer`.
    public var authtype: [UInt8]?
    /// A whole credential, sent as it is instead of user name and password.
    public var credential: Secret?
    /// Whether other helpers must not keep the credential.
    public var ephemeral = false
    /// The user name.
    public var username: [UInt8]?
    /// The password.
    public var password: Secret?
    /// When the password ends, in seconds since 1970.
    public var passwordExpiry: Int64?
    /// The token with which a new password can be had.
    public var oauthRefreshToken: Secret?
    /// What git is to hand back in the next request, beginning with the helper's name.
    public var state: [UInt8]?
    /// Whether this is a step of several.
    public var continues = false
    /// Whether git must ask nobody else.
    public var quit = false

    /// A reply that says nothing.
    public init() {}

    /// Whether there is nothing to say, for which announced extensions alone do not count.
    public var isEmpty: Bool {
        authtype == nil && credential == nil && username == nil && password == nil
            && passwordExpiry == nil && oauthRefreshToken == nil && state == nil
            && !ephemeral && !continues && !quit
    }

    /// The reply's bytes; none for an empty one.
    ///
    /// It throws, and no part of the reply exists, if a value cannot stand in a line: git would
    /// take the rest of it for another attribute. What is written here, ``GitRequest`` reads.
    public func encoded() throws(CredentialError) -> SecretBuffer {
        try checkMeaning()
        let writer = GitAttributeWriter()
        guard !isEmpty else { return writer.lines }
        // Extensions come first, as the protocol demands; the rest is in git's own order.
        for (capability, name) in GitCapabilities.names where capabilities.contains(capability) {
            try writer.write(.capability, Array(name.utf8))
        }
        try writer.write(.authtype, authtype)
        try writer.write(.credential, credential)
        try writer.write(.ephemeral, ephemeral)
        try writer.write(.username, username)
        try writer.write(.password, password)
        try writer.write(.oauthRefreshToken, oauthRefreshToken)
        try writer.write(.passwordExpiry, passwordExpiry.map { Array(String($0).utf8) })
        try writer.write(.continues, continues)
        try writer.write(.state, state)
        try writer.write(.quit, quit)
        return writer.lines
    }

    /// Refuses what can be written but would not be understood as it is meant.
    private func checkMeaning() throws(CredentialError) {
        let usesAuthtype = authtype != nil || credential != nil || ephemeral
        let usesState = state != nil || continues
        // git drops what was not announced, and goes on with what is left, perhaps nothing.
        guard
            capabilities.contains(.authtype) || !usesAuthtype,
            capabilities.contains(.state) || !usesState
        else {
            throw CredentialError(.badRequest, "git does not understand this kind of credential")
        }
        guard authtype != nil || credential == nil else {
            throw CredentialError(.badRequest, "git needs an authtype with a credential")
        }
        guard state?.isEmpty != true else {
            throw CredentialError(.badRequest, "git takes an empty state[] for the end of a list")
        }
        guard passwordExpiry.map({ $0 > 0 }) != false else {
            throw CredentialError(.badRequest, "git takes an expiry before 1970 for never")
        }
    }
}
