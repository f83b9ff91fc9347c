extension Address {
    /// The address in git's words: the values of `protocol`, `host` and `path`, decoded already.
    ///
    /// An empty host is an address only with a path, as git asks for a client certificate's
    /// passphrase (`protocol=cert`); the path's leading slash belongs to it then.
    ///
    /// - Throws: `badRequest` when the values name no place.
    public init(
        gitProtocol: [UInt8], host authority: [UInt8], path: [UInt8]?
    ) throws(CredentialError) {
        let refusal = Self.refusal(gitProtocol + Array("://".utf8) + authority)
        guard let scheme = Scheme.canonical(gitProtocol[...]) else { throw refusal }
        var path = (path ?? [])[...]
        if authority.isEmpty {
            guard scheme != Scheme.https, scheme != Scheme.http, !path.isEmpty else {
                throw refusal
            }
            if path.first == Byte.slash { path = path.dropFirst() }
            guard let checked = AddressPath.checked(path), !checked.isEmpty else { throw refusal }
            self.init(scheme: scheme, host: [], port: 0, path: checked)
            return
        }
        guard let (hostPart, port) = HostName.split(authority[...]),
            let host = HostName.canonical(hostPart), let checked = AddressPath.checked(path)
        else { throw refusal }
        let isDefault = port == nil || port == Scheme.defaultPort(of: scheme)
        self.init(scheme: scheme, host: host, port: isDefault ? 0 : port ?? 0, path: checked)
    }

    /// The address of a repository or host as a person writes it: `github.com`,
    /// `https://github.com/acme/app.git`, `http://localhost:8080`.
    ///
    /// - Throws: `badRequest` when the bytes name no place.
    public init(git bytes: [UInt8]) throws(CredentialError) {
        let parts = try Self.registryParts(of: bytes)
        guard let host = HostName.canonical(parts.host) else { throw Self.refusal(bytes) }
        try self.init(git: bytes, parts: parts, host: host)
    }

    init(git bytes: [UInt8], parts: RegistryParts, host: [UInt8]) throws(CredentialError) {
        guard let path = AddressPath.decoded(parts.path) else { throw Self.refusal(bytes) }
        let port = parts.port ?? 0
        self.init(
            scheme: parts.scheme, host: host,
            port: port == Scheme.defaultPort(of: parts.scheme) ? 0 : port, path: path)
    }
}
