import CredentialCore

/// Logins as a netrc file, by which curl, git and others log in to a host, whatever the port.
///
/// <https://everything.curl.dev/usingcurl/netrc.html>; values in quotes with escapes as curl reads
/// them since 7.84.
enum NetrcExport {
    /// curl passes over lines of more than 4095 bytes, and an escape takes two.
    private static let wordLimit = 2000

    static func write(
        _ entries: [ExportedCredential], _ losses: inout ExportLosses
    ) -> Secret {
        let text = SecretBuffer(capacity: 1 << 12)
        var taken: [String: String] = [:]
        for (credential, fields) in entries {
            let (logins, problem) = logins(of: credential, fields)
            if let problem {
                losses.add(credential, problem)
                continue
            }
            var carried: Set<[UInt8]> = []
            var other: String?
            for (host, username, password) in logins {
                let key = "\(host) \(username)"
                other = taken[key]
                guard other == nil, carried.insert(host).inserted else { continue }
                taken[key] = credential.name
                text.append("machine ")
                text.append(host)
                append("\n  login ", Secret(copying: username), to: text)
                append("\n  password ", password, to: text)
                text.append("\n")
            }
            guard !carried.isEmpty else {
                losses.add(credential, "\(other ?? "") is for the same host and user")
                continue
            }
            losses.addMetadata(of: credential)
            for field in fields.fields.dropFirst() { losses.add(credential, part: field.name) }
            for binding in credential.bindings
            where !isWhole(binding) || !carried.contains(binding.pattern.address.host) {
                losses.add(credential, binding)
            }
        }
        return Secret(text)
    }

    private typealias Login = (host: [UInt8], username: [UInt8], password: Secret)

    private static func logins(
        of credential: Credential, _ fields: SecretFields
    ) -> (logins: [Login], problem: String?) {
        guard credential.kind == .password || credential.kind == .token,
            credential.authtype == nil, let password = fields.primary
        else { return ([], "it is no user name and password") }
        guard !credential.bindings.isEmpty else { return ([], "it is bound to no host") }
        guard credential.bindings.contains(where: { $0.wireProtocol == .git }) else {
            return ([], "it is for registries, which netrc is not for")
        }
        let whole = credential.bindings.filter(isWhole)
        guard !whole.isEmpty else { return ([], "netrc knows hosts only, by name and over HTTPS") }
        var logins: [Login] = []
        for binding in whole {
            if let username = credential.answeredUsername(for: binding) {
                logins.append((binding.pattern.address.host, username, password))
            }
        }
        guard let login = logins.first else { return ([], "it has no user name") }
        guard isWritable(password), isWritable(Secret(copying: login.username)) else {
            return ([], "netrc cannot hold its secret")
        }
        return (logins, nil)
    }

    /// Whether a binding is for all of a host, and for git, as an entry of netrc is: what is for a
    /// registry must not log in to whatever else the host serves.
    private static func isWhole(_ binding: Binding) -> Bool {
        let address = binding.pattern.address
        return binding.wireProtocol == .git && !binding.pattern.isWildcard
            && address.path.isEmpty && address.port == 0
            && address.scheme == Scheme.https && !address.host.contains { $0 <= 0x20 || $0 == 0x22 }
    }

    private static func isWritable(_ word: Secret) -> Bool {
        let isPlain = word.withBytes { bytes in
            // A tab or a line's end has an escape; no other control byte has.
            bytes.allSatisfy { $0 >= 0x20 || [9, 10, 13].contains($0) }
        }
        return isPlain && !word.isEmpty && word.count <= wordLimit
    }

    private static func append(_ key: StaticString, _ word: Secret, to text: SecretBuffer) {
        text.append(key)
        word.withBytes { bytes in
            let mustQuote = bytes.contains { $0 <= 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x23 }
            guard mustQuote else { return text.append(bytes) }
            text.append("\"")
            for byte in bytes {
                switch byte {
                case 9: text.append("\\t")
                case 10: text.append("\\n")
                case 13: text.append("\\r")
                case 0x22: text.append("\\\"")
                case 0x5C: text.append("\\\\")
                default: text.append(byte)
                }
            }
            text.append("\"")
        }
    }
}
