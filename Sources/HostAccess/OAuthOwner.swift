/// Whose a token is, as far as its server said it.
public struct OAuthOwner: Sendable, Hashable {
    /// The account's name, which its owner may change and somebody else take afterwards.
    public var name: String?
    /// What the server itself knows the account by.
    public var identity: String?

    /// An owner from its parts.
    public init(name: String?, identity: String?) {
        self.name = name
        self.identity = identity
    }

    /// Whether two tokens may be one account's: where both identities are known these decide, else
    /// what is known of both. Where nothing is, nobody can say that they are not.
    public func mayBe(_ other: OAuthOwner) -> Bool {
        if let identity, let theirs = other.identity { return identity == theirs }
        // The name may be an identity that a login was stored with before both were.
        guard (name ?? identity) != nil, (other.name ?? other.identity) != nil else { return true }
        return [name, identity].contains { word in
            word != nil && (word == other.name || word == other.identity)
        }
    }
}
