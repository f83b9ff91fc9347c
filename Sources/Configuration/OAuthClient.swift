import CredentialCore

/// What `[oauth "HOST"]` says: as which client Keyfob is registered there, and where its server
/// differs from what is known of the provider.
public struct OAuthClient: Hashable, Sendable {
    /// The client's id, which is public (RFC 6749, 2.2); nil when only endpoints are named.
    public private(set) var clientID: String?
    /// The name of the stored credential that holds the client's secret; nil where it has none.
    public private(set) var secretName: String?
    /// The page a browser is sent to.
    public private(set) var authorizeURL: String?
    /// Where codes and refresh tokens are traded for tokens.
    public private(set) var tokenURL: String?
    /// Where codes for other devices are given out.
    public private(set) var deviceURL: String?
    /// What says whose a token is.
    public private(set) var accountURL: String?
    /// Where a browser brings its answer, for servers that take no other port or path than the
    /// registered one; on loopback.
    public private(set) var redirectURL: String?
    /// What the token may do, separated by spaces.
    public private(set) var scopes: String?
    /// The user name that git sends with a token.
    public private(set) var username: String?

    /// Nothing said.
    init() {}

    /// Sets what a key stands for.
    ///
    /// - Returns: whether the key means anything.
    /// - Throws: `configuration` when the value cannot be followed.
    mutating func apply(
        _ entry: ConfigurationSyntax.Entry, _ place: String
    ) throws(CredentialError) -> Bool {
        switch entry.key {
        case "clientid": clientID = try Self.word(entry, place)
        case "clientsecret": secretName = try Self.word(entry, place)
        case "authorizeurl": authorizeURL = try Self.url(entry, place)
        case "tokenurl": tokenURL = try Self.url(entry, place)
        case "deviceurl": deviceURL = try Self.url(entry, place)
        case "accounturl": accountURL = try Self.url(entry, place)
        case "redirecturl": redirectURL = try Self.loopbackURL(entry, place)
        case "scopes": scopes = entry.value
        case "username": username = try Self.word(entry, place)
        default: return false
        }
        return true
    }

    private static func word(
        _ entry: ConfigurationSyntax.Entry, _ place: String
    ) throws(CredentialError) -> String {
        guard !entry.value.isEmpty, entry.value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw CredentialError(
                .configuration, "\(place): \(entry.key) can only be one word of printable ASCII")
        }
        return entry.value
    }

    /// An absolute URL: plain http only where nobody else can listen. It may have a query, and no
    /// fragment (RFC 6749, 3.1 and 3.2).
    private static func url(
        _ entry: ConfigurationSyntax.Entry, _ place: String
    ) throws(CredentialError) -> String {
        let isAbsolute = entry.value.hasPrefix("https://") || entry.value.hasPrefix("http://")
        let end = entry.value.firstIndex(of: "?") ?? entry.value.endIndex
        guard let address = try? Address(git: Array(entry.value[..<end].utf8)), isAbsolute,
            address.scheme == Scheme.https || address.isLoopback,
            entry.value[end...].utf8.allSatisfy(isOfQuery)
        else {
            throw CredentialError(
                .configuration, "\(place): `\(entry.value)` is not an https URL",
                remedy: "write one such as https://git.example.com/oauth/token")
        }
        return entry.value
    }

    /// What may stand in a query (RFC 3986, 3.4).
    private static func isOfQuery(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || "-._~:/?@!$&'()*+,;=%".utf8.contains(byte)
    }

    private static func loopbackURL(
        _ entry: ConfigurationSyntax.Entry, _ place: String
    ) throws(CredentialError) -> String {
        guard let address = try? Address(git: Array(entry.value.utf8)),
            entry.value.hasPrefix("http://"), address.isLoopback
        else {
            throw CredentialError(
                .configuration, "\(place): `\(entry.value)` is not an http URL on loopback",
                remedy: "write one such as http://127.0.0.1:34106/")
        }
        return entry.value
    }
}
