import CredentialCore

extension KindTemplate {
    /// Checks that a credential from elsewhere is what its kind consists of.
    ///
    /// Passwords and tokens are left to ``BindingRules``: a login that a client has today may lack
    /// what a new one is asked for. What takes long, such as opening an SSH key, was done when the
    /// source was read.
    ///
    /// - Throws: `badRequest` with what is missing or wrong.
    static func check(
        imported credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) {
        let isOpen = credential.kind == .password || credential.kind == .token
        if isOpen, credential.setting(marker) == nil { return }
        guard let template = of(credential) else { return }
        for rule in template.fields {
            if rule.isSecret {
                if let secret = fields[rule.name] {
                    try rule.checkSecret(secret)
                } else if rule.isRequired {
                    throw missing(rule, template)
                }
            } else if let text = rule.value(in: credential), !text.isEmpty {
                try rule.check(text)
            } else if rule.isRequired, rule.standard == nil {
                throw missing(rule, template)
            }
        }
    }

    private static func missing(_ rule: FieldRule, _ template: KindTemplate) -> CredentialError {
        CredentialError(
            .badRequest, "its \(rule.label) is missing, which the kind \(template.name) needs")
    }
}

extension ImportEntry {
    /// With an account's own password marked, if the source says anything of its kind: what it says
    /// is compared with what is stored.
    func marked() -> ImportEntry {
        guard var login, !login.credential.settings.isEmpty else { return self }
        var entry = self
        ProviderCheck.mark(&login.credential, login.fields)
        entry.finding = .login(login)
        return entry
    }
}
