public import CredentialCore

/// What git writes to a credential helper's standard input.
///
/// An attribute that is absent is `nil`, which says something else than an empty one.
public struct GitRequest: Sendable {
    /// How the credential will be used: `https`, `smtp`, `cert` and so on.
    public private(set) var protocolName: [UInt8]?
    /// The host, with `:port` if the address names one.
    public private(set) var host: [UInt8]?
    /// The path of the repository or certificate.
    public private(set) var path: [UInt8]?
    /// The user name that is wanted, or that was used.
    public private(set) var username: [UInt8]?
    /// The password that was used.
    public private(set) var password: Secret?
    /// The whole credential that was used, where `authtype` is not user name and password.
    public private(set) var credential: Secret?
    /// The token with which a new password can be had.
    public private(set) var oauthRefreshToken: Secret?
    /// When the password ends, in seconds since 1970; `nil` for one that does not.
    public private(set) var passwordExpiry: Int64?
    /// The scheme of `credential`, such as `Bearer`.
    public private(set) var authtype: [UInt8]?
    /// Whether the credential is not to be kept.
    public private(set) var ephemeral = false
    /// Whether the credential was a step of several.
    public private(set) var continues = false
    /// Whether another helper wants nobody else to be asked.
    public private(set) var quit = false
    /// The extensions git understands.
    public private(set) var capabilities: GitCapabilities = []
    /// The server's `WWW-Authenticate` headers, in order.
    public private(set) var wwwAuthenticate: [[UInt8]] = []
    /// What helpers asked git to hand back, each by its own prefix.
    public private(set) var states: [[UInt8]] = []

    /// Reads a request; it ends at the first blank line or with the input.
    ///
    /// The last of several lines with one key counts, `key[]=` empties a list, and unknown keys
    /// are passed over. No error repeats any of the input.
    public init(parsing input: UnsafeRawBufferPointer) throws(CredentialError) {
        guard input.count <= GitWire.inputLimit else {
            throw CredentialError(
                .limit, "the request is larger than \(GitWire.inputLimit) bytes")
        }
        var reader = GitAttributeReader(input)
        while let attribute = try reader.next() {
            guard let key = GitKey(attribute.key) else { continue }
            try set(key, to: attribute.value)
        }
    }

    private mutating func set(
        _ key: GitKey, to value: UnsafeRawBufferPointer
    ) throws(CredentialError) {
        switch key {
        case .protocolName: protocolName = Array(value)
        case .host: host = Array(value)
        case .path: path = Array(value)
        case .username: username = Array(value)
        case .authtype: authtype = Array(value)
        case .password: password = Secret(copying: value)
        case .credential: credential = Secret(copying: value)
        case .oauthRefreshToken: oauthRefreshToken = Secret(copying: value)
        case .passwordExpiry: passwordExpiry = GitNumber.time(value)
        case .ephemeral: ephemeral = try Self.boolean(value, of: key)
        case .continues: continues = try Self.boolean(value, of: key)
        case .quit: quit = try Self.boolean(value, of: key)
        case .capability:
            if value.isEmpty { capabilities = [] } else { capabilities.insert(.init(named: value)) }
        case .wwwAuthenticate: Self.add(value, to: &wwwAuthenticate)
        case .state: Self.add(value, to: &states)
        }
    }

    private static func add(_ value: UnsafeRawBufferPointer, to list: inout [[UInt8]]) {
        if value.isEmpty { list = [] } else { list.append(Array(value)) }
    }

    private static func boolean(
        _ value: UnsafeRawBufferPointer, of key: GitKey
    ) throws(CredentialError) -> Bool {
        if let boolean = GitNumber.boolean(value) { return boolean }
        throw CredentialError(
            .badRequest, "the request's \(key.rawValue) is neither true nor false")
    }
}
