import CredentialCore
import Hosts

/// Whether a login looks like what its registries and code hosts give out.
enum ProviderCheck {
    /// The guides for what a credential is bound to, and for what it is said to be for.
    static func guides(for credential: Credential) -> [ProviderGuide] {
        let named = credential.setting(ProviderGuide.marker).flatMap(ProviderGuide.named)
        let found =
            [named]
            + credential.bindings.map { ProviderGuide.of(host: $0.pattern.address.host) }
        var guides: [ProviderGuide] = []
        for case let guide? in found where !guides.contains(where: { $0.name == guide.name }) {
            guides.append(guide)
        }
        return guides
    }

    /// What is wrong with a login for one of its providers; nil when it may be right.
    static func problem(with credential: Credential, _ fields: SecretFields) -> LoginProblem? {
        guard isLogin(credential), let secret = fields.primary else { return nil }
        for guide in guides(for: credential) {
            if let problem = guide.problem(credential.username, secret) { return problem }
        }
        return nil
    }

    /// Refuses a login of the wrong shape, and notes whether it is an account's own password where
    /// there are tokens.
    ///
    /// - Parameter isForced: whether the shape does not matter.
    /// - Throws: `badRequest` with what to give instead.
    static func check(
        _ credential: inout Credential, _ fields: SecretFields, isForced: Bool
    ) throws(CredentialError) {
        if !isForced, let problem = problem(with: credential, fields)?.error {
            let remedy = problem.remedy.map { "\($0), or add `--force`" } ?? "add `--force`"
            throw CredentialError(problem.code, problem.problem, remedy: remedy)
        }
        mark(&credential, fields)
    }

    /// Notes whether a login's secret is an account's own password where there are tokens.
    static func mark(_ credential: inout Credential, _ fields: SecretFields) {
        guard isLogin(credential), let secret = fields.primary else { return }
        let username = credential.username
        let provider = credential.setting(ProviderGuide.marker)
        let isPassword =
            provider.map {
                TokenShape.isAccountPassword(secret, username: username, family: $0)
            } ?? false
            || credential.bindings.contains { binding in
                TokenShape.isAccountPassword(
                    secret, username: username, host: binding.pattern.address.host)
            }
        credential.mark(asAccountPassword: isPassword)
    }

    /// Says what is odd about a login that was stored all the same.
    static func tellDoubt(about credential: Credential, _ fields: SecretFields) {
        guard credential.isAccountPassword, let secret = fields.primary else { return }
        let doubts = guides(for: credential).compactMap { guide in
            guide.doubt(credential.username, secret, isToken: credential.kind == .token)
        }
        if let doubt = doubts.first { Console.note(doubt) }
    }

    /// Sets the guide that a host's name does not tell, or takes it away.
    ///
    /// - Throws: `badRequest` when there is no such guide.
    static func setProvider(
        _ name: String?, of credential: inout Credential
    ) throws(CredentialError) {
        guard let name else { return }
        guard name.isEmpty || ProviderGuide.named(name) != nil else {
            throw CredentialError(
                .badRequest, "there is no guide named `\(Printable.text(name))`",
                remedy: "write one of "
                    + ProviderGuide.all.map(\.name).joined(separator: ", "))
        }
        credential.set(ProviderGuide.marker, to: name.isEmpty ? nil : name)
    }

    /// Whether it is what clients log in with as it is.
    private static func isLogin(_ credential: Credential) -> Bool {
        (credential.kind == .password || credential.kind == .token)
            && (credential.settings.isEmpty || KindTemplate.of(credential)?.isForClients ?? false)
    }
}
