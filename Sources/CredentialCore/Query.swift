/// What a client asks: by which protocol, for which address, where, and as whom.
public struct Query: Sendable {
    /// The asking client's protocol.
    public var wireProtocol: WireProtocol
    /// The address asked for.
    public var address: Address
    /// The scope in effect.
    public var scope: Scope
    /// The user name git asks for; nil when any will do.
    public var username: [UInt8]?
    /// Whether git takes a ready-made `Authorization` header for an answer. Registry clients never
    /// do.
    public var acceptsHeader = true
    /// The time, in seconds since 1970.
    public var now: Int64

    /// A query from its parts.
    public init(
        _ wireProtocol: WireProtocol, _ address: Address, scope: Scope = .none,
        username: [UInt8]? = nil, now: Int64
    ) {
        self.wireProtocol = wireProtocol
        self.address = address
        self.scope = scope
        self.username = username
        self.now = now
    }
}
