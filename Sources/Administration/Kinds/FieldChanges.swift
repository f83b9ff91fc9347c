import CredentialCore

/// What is to become of a credential's fields: checked one by one when they are taken, and together
/// when they are applied.
struct FieldChanges {
    let template: KindTemplate
    /// The new values that are not secret; an empty one takes a field away.
    private(set) var texts: [String: String] = [:]
    /// The new secrets.
    private(set) var secrets = SecretFields()
    /// The secrets that go.
    var removed: [String] = []

    init(_ template: KindTemplate) {
        self.template = template
    }

    /// Whether a secret is new or goes.
    var changesSecrets: Bool { !secrets.fields.isEmpty || !removed.isEmpty }

    /// Whether a user name is given, be it the same as before.
    var changesUsername: Bool { template.username.map { texts[$0.name] != nil } ?? false }

    /// Whether a secret takes the place of one that a credential is useless without.
    func replacesSecret(of old: SecretFields) -> Bool {
        secrets.fields.contains { field in
            let rule = template.fields.first { $0.name == field.name }
            return rule?.isRequired ?? (old[field.name] != nil)
        }
    }

    /// Takes a value that is not secret.
    ///
    /// - Throws: `badRequest` with what it should be.
    mutating func take(_ text: String, for rule: FieldRule) throws(CredentialError) {
        if !text.isEmpty {
            if rule.place == .setting { try FieldCheck.oneLine(text) }
            try rule.check(text)
        }
        if rule.place == .username, rule.isRequired || !text.isEmpty {
            try UsernameRule.check(text)
        }
        texts[rule.name] = text
    }

    /// Takes a secret.
    ///
    /// - Throws: `badRequest` with what it should be; it is never quoted.
    mutating func take(_ secret: Secret, for rule: FieldRule) throws(CredentialError) {
        guard !secret.isEmpty else {
            throw CredentialError(
                .badRequest, "the \(rule.label) is empty", remedy: "try again")
        }
        try rule.checkSecret(secret)
        secrets[rule.name] = secret
    }

    /// Takes `user:password`.
    ///
    /// - Throws: `badRequest` when it is none.
    mutating func take(login: Secret, for rule: FieldRule) throws(CredentialError) {
        let colon = login.isOneLine && login.isText ? login.firstIndex(of: UInt8(ascii: ":")) : nil
        guard let username = template.username, let colon else {
            throw CredentialError(
                .badRequest, "this is no `user:password`",
                remedy: "give both in one line, with a colon between them")
        }
        try take(login.slice(0..<colon).plainText, for: username)
        try take(login.slice((colon + 1)..<login.count), for: rule)
    }

    /// Makes the changes, then fills in and checks what follows from them.
    ///
    /// - Throws: `badRequest` with what is missing or wrong, `codeWanted` when a secret that is not
    ///   always needed is missing, `notFound` for a field to remove that is not there.
    func apply(
        to credential: inout Credential, _ fields: inout SecretFields
    ) throws(CredentialError) {
        for rule in template.fields where rule.isRequired {
            if texts[rule.name]?.isEmpty == true { throw Self.missing(rule) }
        }
        applyTexts(to: &credential)
        try applySecrets(to: &fields, named: credential.name)
        if template.name != template.kind.name {
            credential.set(KindTemplate.marker, to: template.name)
        }
        try template.finish(&credential, &fields)
    }

    /// Sets what is not secret.
    func applyTexts(to credential: inout Credential) {
        for rule in template.fields {
            guard let text = texts[rule.name] else { continue }
            rule.set(text.isEmpty ? nil : text, in: &credential)
        }
    }

    /// Sets the secrets, and takes away those that go.
    func applySecrets(
        to fields: inout SecretFields, named name: String
    ) throws(CredentialError) {
        // What goes with a secret, such as a passphrase or a session token, goes with it.
        if secrets[template.mainSecret.name] != nil {
            for rule in template.fields where rule.isSecret && !rule.isRequired {
                fields[rule.name] = nil
            }
        }
        let ordered = template.fields.map(\.name) + secrets.fields.map(\.name)
        for field in ordered {
            if let secret = secrets[field] { fields[field] = secret }
        }
        for field in removed {
            if let rule = template.fields.first(where: { $0.name == field && $0.isRequired }) {
                throw CredentialError(
                    .badRequest, "the kind \(template.name) needs its \(rule.label)",
                    remedy: "replace it with `--field \(field)=@PATH`")
            }
            guard fields[field] != nil else {
                throw CredentialError(
                    .notFound, "\(name) has no field `\(Printable.text(field))`",
                    remedy: "it has: " + fields.fields.map(\.name).joined(separator: ", "))
            }
            fields[field] = nil
        }
    }

    /// That a field was not given.
    static func missing(_ rule: FieldRule) -> CredentialError {
        CredentialError(
            .badRequest, "the \(rule.label) is missing", remedy: "add `\(rule.option)`")
    }
}

extension FieldRule {
    /// The option that gives it.
    var option: String {
        switch place {
        case .username: name == "username" ? "--username NAME" : "--access-key-id ID"
        case .setting: "--field \(name)=VALUE"
        case .secret: "--field \(name)=@PATH"
        }
    }

    /// Its value in a credential, unless it is secret.
    func value(in credential: Credential) -> String? {
        switch place {
        case .username: credential.username.map { String(decoding: $0, as: UTF8.self) }
        case .setting: credential.setting(name)
        case .secret: nil
        }
    }

    fileprivate func set(_ value: String?, in credential: inout Credential) {
        switch place {
        case .username: credential.username = value.map { Array($0.utf8) }
        case .setting: credential.set(name, to: value)
        case .secret: break
        }
    }
}

/// What a user name may hold.
enum UsernameRule {
    /// Checks a user name.
    ///
    /// - Throws: `badRequest` for control characters, which no client can send.
    static func check(_ username: String) throws(CredentialError) {
        let bytes = Array(username.utf8)
        guard !bytes.isEmpty, bytes.count <= 4096, !bytes.contains(where: { $0 < 32 || $0 == 127 })
        else {
            throw CredentialError(
                .badRequest, "this is not a user name",
                remedy: "write 1 to 4096 bytes without control characters")
        }
    }
}
