import ArgumentParser
import CredentialCore

/// What is given for the fields of a credential on the command line.
struct FieldOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The user name that goes with it. A token for a well-known host, such as ghcr.io, "
                + "may do without."))
    var username: String?

    @OptionGroup var secret: SecretOptions

    @Option(
        name: .customLong("field"),
        help: ArgumentHelp(
            "A field: host=db.example.com. One that is secret is read from somewhere: NAME=@PATH, "
                + "NAME=@- (standard input), NAME=fd:N or NAME=prompt. May be repeated.",
            valueName: "name=value"))
    var fields: [String] = []

    @Flag(help: "Make the key pair of an ssh-key: Ed25519, in OpenSSH's format.")
    var generate = false

    @Option(
        help: ArgumentHelp(
            "Another credential that this one is used with. May be repeated.", valueName: "name"))
    var needs: [String] = []

    @Option(
        help: ArgumentHelp(
            "What runs at a host that does not say so by its name: harbor, gitlab, gitea or another",
            valueName: "guide"))
    var provider: String?

    @Flag(help: "Store it although it does not look like what its provider gives out.")
    var force = false

    /// Whether one of the options was given that says what is in it.
    var isGiven: Bool {
        username != nil || secret.isGiven || !fields.isEmpty || generate || !needs.isEmpty
            || provider != nil
    }
}

/// The options for fields, understood: values, and where the secret ones are.
struct FieldInput {
    var texts: [String: String] = [:]
    var sources: [(rule: FieldRule, source: FieldSource)] = []
    /// Whether the primary secret comes with a user name before it.
    var isLogin = false

    /// Reads the options by the rules of a template. Nothing is read from anywhere yet.
    ///
    /// - Parameters:
    ///   - main: the secret that is meant where none is named.
    ///   - taken: descriptors that other options read.
    /// - Throws: `badRequest` for what does not fit; a value is never quoted, for it may be secret.
    init(
        _ options: FieldOptions, for template: KindTemplate, main: FieldRule,
        streams taken: [Int32] = []
    ) throws(CredentialError) {
        for field in options.fields {
            guard let equals = field.firstIndex(of: "=") else {
                throw CredentialError(
                    .badRequest, "`--field` takes NAME=VALUE",
                    remedy: template.takesAnyField
                        ? "write `--field NAME=@PATH` or `--field NAME=prompt`"
                        : "the names are \(template.fieldNames)")
            }
            let name = String(field[..<equals])
            guard let rule = template.rule(for: name) else { throw Self.unknown(template) }
            try take(String(field[field.index(after: equals)...]), for: rule)
        }
        if let username = options.username {
            guard let rule = template.username, template.kind != .accessKey else {
                throw Self.withoutUser(template)
            }
            try add(username, for: rule)
        }
        if options.secret.login {
            guard let rule = template.username, template.kind != .accessKey else {
                throw Self.withoutUser(template)
            }
            guard texts[rule.name] == nil else { throw Self.twice(rule) }
            isLogin = true
        }
        if let source = options.secret.source { try add(source, for: main) }
        if isLogin, !sources.contains(where: { $0.rule.name == main.name }) {
            try add(.prompt, for: main)
        }
        if options.generate, template.kind != .sshKey {
            throw CredentialError(
                .badRequest, "`--generate` makes SSH keys, and this is none",
                remedy: "add `--kind ssh-key`")
        }
        if options.generate, sources.contains(where: { $0.rule.name == main.name }) {
            throw CredentialError(
                .badRequest, "a key is either made or read",
                remedy: "leave out `--generate`, or where it is read from")
        }
        try FieldSource.checkStreams(sources.compactMap(\.source.stream) + taken)
    }

    private mutating func take(_ value: String, for rule: FieldRule) throws(CredentialError) {
        guard rule.isSecret else { return try add(value, for: rule) }
        guard let source = FieldSource(value) else {
            throw CredentialError(
                .badRequest,
                "the \(rule.label) is secret, and arguments are no place for secrets: other users "
                    + "can see them",
                remedy: "write `--field \(rule.name)=@PATH`, `=@-` for standard input, `=fd:N` or "
                    + "`=prompt`")
        }
        try add(source, for: rule)
    }

    private mutating func add(_ text: String, for rule: FieldRule) throws(CredentialError) {
        guard texts.updateValue(text, forKey: rule.name) == nil else { throw Self.twice(rule) }
    }

    private mutating func add(
        _ source: FieldSource, for rule: FieldRule
    ) throws(CredentialError) {
        guard !sources.contains(where: { $0.rule.name == rule.name }) else {
            throw Self.twice(rule)
        }
        sources.append((rule, source))
    }

    private static func twice(_ rule: FieldRule) -> CredentialError {
        CredentialError(.badRequest, "the \(rule.label) is given twice", remedy: "give it once")
    }

    private static func unknown(_ template: KindTemplate) -> CredentialError {
        template.takesAnyField
            ? CredentialError(
                .badRequest, "that is no name for a field",
                remedy: "use up to 253 letters, digits, `.`, `_` and `-`")
            : CredentialError(
                .badRequest, "the kind \(template.name) has no field of that name",
                remedy: "it has \(template.fieldNames)")
    }

    private static func withoutUser(_ template: KindTemplate) -> CredentialError {
        template.kind == .accessKey
            ? CredentialError(
                .badRequest, "an access key has no user name",
                remedy: "give its id with `--access-key-id`")
            : CredentialError(
                .badRequest, "the kind \(template.name) has no user name",
                remedy: "leave out `--username` and `--login`")
    }
}
