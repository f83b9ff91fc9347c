/// The addresses a binding answers for: an address whose host may have `*` labels.
public struct AddressPattern: Hashable, Sendable {
    /// The address; its host holds `*` where any one label will do.
    public let address: Address

    /// Whether a label of the host is open.
    public let isWildcard: Bool

    /// The pattern that names exactly one host.
    public init(_ address: Address) {
        self.address = address
        isWildcard = address.host.contains(Byte.star)
    }

    /// Reads an administrator's pattern for a protocol: `ghcr.io/acme`, `*.example.com`.
    ///
    /// - Throws: `badRequest` when it is no address, or when a `*` stands for more than one label
    ///   or for a part of the registrable domain.
    public init(_ bytes: [UInt8], for wireProtocol: WireProtocol) throws(CredentialError) {
        let parts = try Address.registryParts(of: bytes)
        guard let host = HostName.canonical(parts.host, wildcards: true) else {
            throw Address.refusal(bytes)
        }
        switch wireProtocol {
        case .registry:
            self.init(try Address(registry: bytes, parts: parts, host: host))
        case .git:
            self.init(try Address(git: bytes, parts: parts, host: host))
        }
        if isWildcard { try checkRegistrableDomain() }
    }

    /// The pattern as a person writes it.
    public var text: String { address.text }

    /// Whether the pattern's host is this one: label by label, one label for each `*`.
    public func matches(host: [UInt8]) -> Bool {
        guard isWildcard else { return address.host == host }
        let open = address.host.split(separator: Byte.dot, omittingEmptySubsequences: false)
        let labels = host.split(separator: Byte.dot, omittingEmptySubsequences: false)
        guard open.count == labels.count else { return false }
        return zip(open, labels).allSatisfy { pattern, label in
            // A non-ASCII label matches nothing that was left open: it may look like any other.
            pattern.elementsEqual([Byte.star])
                ? !label.isEmpty && label.allSatisfy { $0 < 0x80 } : pattern.elementsEqual(label)
        }
    }

    /// How many labels are spelled out: the more, the narrower.
    var literalLabelCount: Int {
        address.host.split(separator: Byte.dot).count(where: { !$0.elementsEqual([Byte.star]) })
    }

    /// Whether a stranger can register a host that the pattern matches (anybody can own an ACR
    /// registry, say), so that a secret sent as it is would go to whoever asked for it.
    public var matchesHostsOfStrangers: Bool {
        guard isWildcard else { return false }
        let labels = address.host.split(separator: Byte.dot)
        return RegistryFamily.sharedDomains.contains { domain in
            let shared = domain.utf8.split(separator: Byte.dot)
            return labels.count > shared.count
                && zip(labels.suffix(shared.count), shared).allSatisfy { label, shared in
                    label.elementsEqual([Byte.star]) || label.elementsEqual(shared)
                }
        }
    }

    /// Labels under which countries let people register names of their own.
    private static let countrysSecondLevels: Set<String> = [
        "ac", "ad", "adv", "art", "asn", "biz", "bio", "blog", "co", "com", "ed", "edu", "eng",
        "firm", "gen", "go", "gob", "gouv", "gov", "gr", "gub", "id", "in", "ind", "info", "inf",
        "lg", "ltd", "me", "med", "mi", "mil", "museum", "name", "ne", "net", "nhs", "nic", "nom",
        "or", "org", "plc", "police", "press", "priv", "pro", "re", "res", "sch", "school", "store",
        "tm", "tur", "tv", "web",
    ]

    /// The registrable domain is what a person can own: the last two labels, or three under a
    /// country's second level, such as `co.uk`. Nothing but its owner may answer, so it is literal.
    private func checkRegistrableDomain() throws(CredentialError) {
        let labels = address.host.split(separator: Byte.dot)
        let isCountrysSecondLevel =
            labels.count >= 2 && labels[labels.count - 1].count == 2
            && Self.countrysSecondLevels.contains(
                String(decoding: labels[labels.count - 2], as: UTF8.self))
        let owned = isCountrysSecondLevel ? 3 : 2
        let isLiteral = labels.suffix(owned).allSatisfy { !$0.elementsEqual([Byte.star]) }
        // The parts of an IPv4 address are no labels: its neighbours are strangers.
        let isName = labels.last?.allSatisfy(Byte.isDigit) == false
        guard labels.count > owned, isLiteral, isName else {
            throw CredentialError(
                .badRequest, "`\(text)` leaves open a domain that anybody could own",
                remedy: "write the domain out and use `*` for labels before it")
        }
    }
}
