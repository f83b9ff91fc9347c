import CredentialCore
import HostAccess
import Transport

/// Where a registry sends its clients for tokens: a stranger's choice of who gets to see a login.
/// So it is HTTPS, and no address that the registry itself could not be at: a registry on the
/// Internet has no business to send anybody into their own network.
struct Realm {
    /// The URL, as the registry wrote it.
    let url: String
    /// Scheme, host and port.
    let address: Address
    /// Whether nothing may be sent to an address of a private network.
    let mustBePublic: Bool

    private static let lengthLimit = 2048

    /// Judges a realm.
    ///
    /// - Parameters:
    ///   - registry: the registry's address.
    ///   - place: where the registry answered; nil when a proxy stands between.
    ///   - resolve: the addresses of a name.
    /// - Throws: why no login goes there.
    init(
        _ text: String, of registry: Address, at place: NetworkAddress?,
        resolve: (String) -> [NetworkAddress] = NetworkAddress.resolve
    ) throws(Obstacle) {
        guard let address = Self.address(of: text) else {
            throw Self.refusal("is no URL that a login may go to: \(Self.shown(text))")
        }
        let host = Printable.text(address.host)
        let isAtLoopback = registry.isLoopback || place?.isLoopback ?? false
        guard address.scheme == Scheme.https || (address.isLoopback && isAtLoopback) else {
            throw Self.refusal("is not HTTPS, so that anyone can read a login: \(Self.shown(text))")
        }
        url = text
        self.address = address
        // Whoever is at the registry's own address saw the login's user before.
        let isRegistry = address.host == registry.host && address.port == registry.port
        mustBePublic = !isRegistry && !isAtLoopback && place?.isPublic ?? true
        guard !isRegistry else { return }
        let places = NetworkAddress(host).map { [$0] } ?? resolve(host)
        for target in places where !Self.allows(target, isAtLoopback, place) {
            throw Self.refusal(
                "is at \(target.text), where no token server of this registry can be: "
                    + Self.shown(text))
        }
    }

    /// Whether a registry may send its clients to an address.
    private static func allows(
        _ target: NetworkAddress, _ isAtLoopback: Bool, _ place: NetworkAddress?
    ) -> Bool {
        if target.isPublic { return true }
        if target.isLoopback { return isAtLoopback }
        if target.isLinkLocal { return place?.isLinkLocal ?? false }
        return isAtLoopback || !(place?.isPublic ?? true)
    }

    /// The URL, with a query.
    func url(with query: [(name: String, value: [UInt8])]) -> String {
        let text = query.map { "\($0.name)=\(PercentEncoding.text($0.value))" }.joined(
            separator: "&")
        guard !text.isEmpty else { return url }
        guard url.contains("?") else { return "\(url)?\(text)" }
        return url.hasSuffix("?") || url.hasSuffix("&") ? url + text : "\(url)&\(text)"
    }

    private static func address(of text: String) -> Address? {
        let bytes = Array(text.utf8)
        guard bytes.count <= lengthLimit,
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}#".utf8.contains($0) })
        else { return nil }
        let scheme = bytes.prefix { $0 != Self.colon }
        guard bytes.dropFirst(scheme.count).starts(with: "://".utf8) else { return nil }
        let authority = bytes.dropFirst(scheme.count + 3).prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }
        // The parser of addresses knows no user info, so a URL that has one is none.
        return try? Address(git: scheme + Array("://".utf8) + authority)
    }

    private static let colon = UInt8(ascii: ":")

    private static func shown(_ text: String) -> String { Printable.text(text.utf8.prefix(200)) }

    private static func refusal(_ text: String) -> Obstacle {
        Obstacle(
            .init(
                "token server", .bad, "the registry's token server \(text)",
                remedy: "send no login there; ask the registry's owner which token server is right")
        )
    }
}
