extension Address {
    /// The address in a registry client's words: `host`, `host:port/path`, `https://host/v2/`.
    ///
    /// `h`, `https://h`, `https://h/`, `h:443`, `https://h/v1/` and `https://h/v2/` are one address,
    /// and so are the names of Docker Hub. On loopback plain HTTP is the same address too, as
    /// docker falls back to it there.
    ///
    /// - Throws: `badRequest` when the bytes name no registry.
    public init(registry bytes: [UInt8]) throws(CredentialError) {
        let parts = try Self.registryParts(of: bytes)
        guard let host = HostName.canonical(parts.host) else { throw Self.refusal(bytes) }
        try self.init(registry: bytes, parts: parts, host: host)
    }

    /// Like ``init(registry:)``, for a host that is checked already: an administrator's pattern.
    init(registry bytes: [UInt8], parts: RegistryParts, host: [UInt8]) throws(CredentialError) {
        guard var path = AddressPath.decoded(parts.path) else { throw Self.refusal(bytes) }
        let isLoopback = HostName.isLoopback(host)
        let scheme = isLoopback ? Scheme.https : parts.scheme
        var port = parts.port ?? 0
        if port == Scheme.defaultPort(of: parts.scheme) || port == Scheme.defaultPort(of: scheme) {
            port = 0
        }
        // The API's version prefix names the registry, not a place in it.
        if Self.versionPaths.contains(path) { path = [] }
        let isHub = port == 0 && scheme == Scheme.https && DockerHub.aliases.contains(host)
        self.init(scheme: scheme, host: isHub ? DockerHub.host : host, port: port, path: path)
    }

    /// The addresses that an `erase` of these words means. docker logs out of `h` and `http://h` at
    /// once, wherever `h` was logged in, so here alone http and https are alike.
    ///
    /// - Throws: `badRequest` when the bytes name no registry.
    public static func registryErasures(_ bytes: [UInt8]) throws(CredentialError) -> [Address] {
        var parts = try registryParts(of: bytes)
        guard let host = HostName.canonical(parts.host) else { throw refusal(bytes) }
        let named = try Address(registry: bytes, parts: parts, host: host)
        parts.scheme = parts.scheme == Scheme.https ? Scheme.http : Scheme.https
        let alike = try Address(registry: bytes, parts: parts, host: host)
        return named == alike ? [named] : [named, alike]
    }

    struct RegistryParts {
        var scheme: [UInt8]
        var host: ArraySlice<UInt8>
        var port: UInt16?
        var path: ArraySlice<UInt8>
    }

    static func registryParts(of bytes: [UInt8]) throws(CredentialError) -> RegistryParts {
        var rest = bytes[...]
        var scheme = Scheme.https
        if let separator = firstIndex(of: Array("://".utf8), in: bytes) {
            guard let named = Scheme.canonical(bytes[..<separator]),
                named == Scheme.https || named == Scheme.http
            else { throw refusal(bytes) }
            scheme = named
            rest = bytes[(separator + 3)...]
        }
        let pathStart = rest.firstIndex(of: Byte.slash) ?? rest.endIndex
        guard let (host, port) = HostName.split(rest[..<pathStart]) else { throw refusal(bytes) }
        let path = rest[pathStart...].dropFirst()
        let queryOrFragment = path.contains(UInt8(ascii: "?")) || path.contains(UInt8(ascii: "#"))
        guard !queryOrFragment else { throw refusal(bytes) }
        return RegistryParts(scheme: scheme, host: host, port: port, path: path)
    }

    static func refusal(_ bytes: [UInt8]) -> CredentialError {
        CredentialError(
            .badRequest, "`\(shown(bytes))` is not an address",
            remedy: "write HOST or HOST/PATH, such as ghcr.io")
    }

    /// What may be shown of something that was given for an address: a password may stand before an
    /// `@`, so nothing does.
    public static func shown(_ bytes: [UInt8]) -> String {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else {
            return Printable.text(bytes.prefix(300))
        }
        return "…" + Printable.text(bytes[at...].prefix(300))
    }

    /// The address as docker writes it in its own files and expects it back from `list`.
    public var registryKey: [UInt8] {
        guard host == DockerHub.host, port == 0, scheme == Scheme.https else { return bytes }
        let root = Array("https://index.docker.io/v1/".utf8)
        if DockerHub.ownEntries.contains(path) { return root + path.dropFirst(3) }
        return path.isEmpty ? root : bytes
    }

    /// Whether no other entry may answer for this one. Docker Hub's `/access-token` and
    /// `/refresh-token` hold tokens of the login itself; answering for them with the login's
    /// password, or the other way round, sends the wrong secret.
    public var answersOnlyExactly: Bool {
        host == DockerHub.host && port == 0 && DockerHub.ownEntries.contains(path)
    }

    private static let versionPaths = [Array("v1".utf8), Array("v2".utf8)]

    private static func firstIndex(of needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        return (0...(bytes.count - needle.count)).first { start in
            bytes[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}

/// The several names of one registry.
enum DockerHub {
    static let host = Array("index.docker.io".utf8)
    static let aliases = ["docker.io", "index.docker.io", "registry-1.docker.io"]
        .map { Array($0.utf8) }
    static let ownEntries = ["v1/access-token", "v1/refresh-token"].map { Array($0.utf8) }
}
