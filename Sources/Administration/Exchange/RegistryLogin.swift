import CredentialCore
import SecretJSON

/// A login in the form that registry clients keep under `auths`.
///
/// <https://docs.docker.com/reference/cli/docker/login/>,
/// <https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md>.
struct RegistryLogin {
    /// The address in clients' words.
    let key: String
    let username: [UInt8]
    let secret: Secret

    /// The logins that a credential is for registry clients.
    ///
    /// - Parameter wildcards: whether the reader understands `*` in a host, as a kubelet does.
    /// - Returns: none, and why.
    static func logins(
        of credential: Credential, _ fields: SecretFields, wildcards: Bool
    ) -> (logins: [RegistryLogin], problem: String?) {
        let bindings = credential.bindings.filter { $0.wireProtocol == .registry }
        guard !bindings.isEmpty else { return ([], "it is bound to no registry") }
        guard credential.kind.answers(.registry), credential.authtype == nil else {
            return ([], "registry clients cannot be given it")
        }
        guard credential.kind.isSentAsStored else { return ([], "tokens are made from it") }
        guard let secret = fields.primary, secret.isText,
            // Old versions of docker ended passwords with NUL, so clients take those away.
            secret.withBytes({ $0.last != 0 })
        else { return ([], "registry clients can be given text only") }
        let literal = bindings.filter { wildcards || !$0.pattern.isWildcard }
        guard !literal.isEmpty else { return ([], "its address is a wildcard") }
        var logins: [RegistryLogin] = []
        for binding in literal {
            guard let username = credential.answeredUsername(for: binding),
                !username.contains(UInt8(ascii: ":"))
            else {
                return ([], "its user name cannot be written there")
            }
            logins.append(
                RegistryLogin(
                    key: key(of: binding.pattern.address), username: username, secret: secret))
        }
        return (logins, nil)
    }

    private static func key(of address: Address) -> String {
        // Docker Hub is known to every client by the name that docker gave it.
        address.text == "index.docker.io" ? "https://index.docker.io/v1/" : address.text
    }

    /// Writes logins as a client's configuration.
    static func write(_ logins: [RegistryLogin], to json: SecretBuffer) {
        json.append("{\"auths\":{")
        for (index, login) in logins.enumerated() {
            json.append(index == 0 ? "\n" : ",\n")
            var key = login.key
            key.withUTF8 { bytes in
                JSONEncoding.forEachByte(ofString: UnsafeRawBufferPointer(bytes)) {
                    json.append($0)
                }
            }
            login.write(to: json)
        }
        json.append("\n}}\n")
    }

    private func write(to json: SecretBuffer) {
        let isToken = username == ImportedCredential.tokenUsername
        let pair = SecretBuffer(capacity: username.count + 1 + secret.count)
        pair.append(username)
        pair.append(":")
        // podman and skopeo take a token only where there is a user beside it.
        if !isToken { pair.append(secret) }
        json.append(":{\"auth\":\"")
        pair.withBytes { Base64.encode($0) { json.append($0) } }
        json.append("\"")
        if isToken {
            json.append(",\"identitytoken\":")
            secret.withBytes { JSONEncoding.forEachByte(ofString: $0) { json.append($0) } }
        }
        json.append("}")
    }
}

/// Logins as the `config.json` of docker and the `auth.json` of podman.
enum DockerConfigExport {
    static func write(
        _ entries: [ExportedCredential], _ losses: inout ExportLosses
    ) -> Secret {
        var kept: [RegistryLogin] = []
        var taken: [String: String] = [:]
        for (credential, fields) in entries {
            let (logins, problem) = RegistryLogin.logins(of: credential, fields, wildcards: false)
            if let problem {
                losses.add(credential, problem)
                continue
            }
            let free = logins.filter { taken[$0.key] == nil }
            guard !free.isEmpty else {
                let other = logins.first.flatMap { taken[$0.key] } ?? ""
                losses.add(credential, "\(other) is for the same address")
                continue
            }
            for login in free { taken[login.key] = credential.name }
            kept += free
            losses.addMetadata(of: credential)
            for field in fields.fields.dropFirst() { losses.add(credential, part: field.name) }
            let carried = Set(free.map(\.key))
            for binding in credential.bindings where !isCarried(binding, by: carried) {
                losses.add(credential, binding)
            }
        }
        let json = SecretBuffer(capacity: 1 << 12)
        RegistryLogin.write(kept, to: json)
        return Secret(json)
    }

    private static func isCarried(_ binding: Binding, by keys: Set<String>) -> Bool {
        binding.wireProtocol == .registry && keys.contains(RegistryLogin.key(of: binding))
    }
}

extension RegistryLogin {
    fileprivate static func key(of binding: Binding) -> String { key(of: binding.pattern.address) }
}
