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

    /// Checks every binding of a credential.
    ///
    /// - Parameter remedy: how to give it a user name, when one is missing.
    /// - Throws: `badRequest` with what to do instead.
    static func check(
        _ credential: Credential, namingUser remedy: String
    ) throws(CredentialError) {
        for binding in credential.bindings {
            let wireProtocol = binding.wireProtocol
            guard credential.kind.answers(wireProtocol) else {
                throw CredentialError(
                    .badRequest,
                    "a \(credential.kind.name) is nothing that \(wireProtocol.name) clients can use"
                )
            }
            if credential.kind.isSentAsStored, binding.pattern.matchesHostsOfStrangers {
                throw CredentialError(
                    .badRequest,
                    "`\(binding.pattern.text)` matches hosts that anybody can register, "
                        + "and they would be sent this secret",
                    remedy: "bind each host of yours by its name")
            }
            let family = RegistryFamily.family(ofHost: binding.pattern.address.host)
            let isAnswerable =
                credential.username != nil || credential.authtype != nil
                || family?.tokenUsername != nil
            guard isAnswerable else {
                throw CredentialError(
                    .badRequest,
                    "\(binding.text) needs a user name to go with the \(credential.kind.name)",
                    remedy: remedy)
            }
        }
    }
}
