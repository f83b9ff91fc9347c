import CredentialCore

/// What must hold before a credential is bound to an address.
enum BindingRules {
    /// Reads bindings an administrator wrote: `registry:ghcr.io`, `git:github.com/acme`.
    static func parse(_ texts: [String]) throws(CredentialError) -> [Binding] {
        var bindings: [Binding] = []
        for text in texts {
            let binding = try Binding(parsing: Array(text.utf8))
            if !bindings.contains(binding) { bindings.append(binding) }
        }
        return bindings
    }

    /// Checks that the clients of a credential's bindings can be given its secret.
    ///
    /// - Throws: `badRequest` with what to do instead.
    static func check(_ secret: Secret, for credential: Credential) throws(CredentialError) {
        if credential.kind == .accessKey {
            try AccessKeyRules.check(secret, "secret access key")
        }
        let protocols = Set(credential.bindings.map(\.wireProtocol))
        guard !protocols.contains(.registry) || secret.isText else {
            throw CredentialError(
                .badRequest, "registry clients can be given text only, and this secret is none",
                remedy: "encode it, or store it without a binding")
        }
        // A line of the protocol holds 65,535 bytes with its key and its end.
        guard !protocols.contains(.git) || (secret.isOneLine && secret.count < 65_000) else {
            throw CredentialError(
                .badRequest, "git can be given one line only, and this secret is none",
                remedy: "store it without a binding for git")
        }
    }

    /// Checks every binding of a credential.
    ///
    /// - Parameter remedy: how to give it a user name, when one is missing.
    /// - Throws: `badRequest` with what to do instead.
    static func check(
        _ credential: Credential, namingUser remedy: String
    ) throws(CredentialError) {
        for binding in credential.bindings {
            let wireProtocol = binding.wireProtocol
            if credential.authtype != nil, wireProtocol == .registry {
                throw CredentialError(
                    .badRequest, "\(credential.name) is a ready-made header, which only git can use"
                )
            }
            guard credential.kind.answers(wireProtocol) else {
                throw CredentialError(
                    .badRequest,
                    "\(credential.name) is of the kind \(credential.kind.name), which is nothing "
                        + "that \(wireProtocol.name) clients can use"
                )
            }
            try checkHosts(binding.pattern, credential.kind)
            guard !lacksUser(credential, for: binding) else {
                throw CredentialError(
                    .badRequest,
                    "\(binding.text) needs a user name to go with the \(credential.kind.name)",
                    remedy: remedy)
            }
        }
    }

    /// Whether one of its bindings needs a user name that is not there.
    static func lacksUser(_ credential: Credential) -> Bool {
        credential.bindings.contains { lacksUser(credential, for: $0) }
    }

    private static func lacksUser(_ credential: Credential, for binding: Binding) -> Bool {
        let family = RegistryFamily.family(ofHost: binding.pattern.address.host)
        return Candidate(credential, binding).ownUsername == nil && credential.authtype == nil
            && family?.tokenUsername == nil
    }

    /// A wildcard may stand for no stranger's host: it would be sent what is a secret. ECR's hosts
    /// are everybody's too, but AWS answers there, which knows the tokens that it gave out.
    private static func checkHosts(
        _ pattern: AddressPattern, _ kind: Kind
    ) throws(CredentialError) {
        guard pattern.matchesHostsOfStrangers else { return }
        let what: String
        if kind.isSentAsStored {
            what = "this secret"
        } else {
            guard !AccessKeyRules.isOfECR(pattern) else { return }
            what = "its tokens"
        }
        throw CredentialError(
            .badRequest,
            "`\(pattern.text)` matches hosts that anybody can register, and they would be sent "
                + what,
            remedy: "bind each host of yours by its name")
    }
}
