import CredentialCore

/// What a kind of credential consists of, and what `keyfob` does with it: data for `add`, `edit`,
/// `import` and the man page. Several templates may be stored as one kind: a database login is a
/// password with settings.
struct KindTemplate: Sendable {
    /// The name after `--kind` and in listings: `database`.
    let name: String
    /// What it is stored as.
    let kind: Kind
    /// A few words for the list of kinds: `a database login`.
    let summary: String
    /// The fields, in the order in which they are asked for.
    let fields: [FieldRule]
    /// Whether it may have any other secret fields: those of `secret`.
    var takesAnyField = false
    /// Said before anything is asked: where to get it and with which minimum permissions.
    var guide: [String] = []
    /// What is filled in or checked once all fields are there: a public key, a project. Throws
    /// `badRequest` with what is wrong with them together.
    var finish: @Sendable (inout Credential, inout SecretFields) throws(CredentialError) -> Void = {
        _, _ in
    }

    /// The setting by which a template is known that shares its kind with another.
    static let marker = "template"

    /// The template of that name, or nil.
    static func named(_ name: String) -> KindTemplate? { all.first { $0.name == name } }

    /// The template that a stored credential follows.
    static func of(_ credential: Credential) -> KindTemplate? {
        let marked = credential.settings.first { $0.name == marker }?.value
        let template = marked.flatMap(named)
        return template?.kind == credential.kind ? template : named(credential.kind.name)
    }

    /// Every template, in the order in which they are offered.
    static let all: [KindTemplate] = [
        password, token, accessKey, serviceAccount, sshKey, sshPassword, database, ovh, hetzner,
        kubeconfig, secret,
    ]

    /// The secret that clients are given, and that an edit replaces when it names none.
    var mainSecret: FieldRule {
        fields.first(where: \.isSecret) ?? .free("secret")
    }

    /// The field that holds the user name; nil where there is none.
    var username: FieldRule? { fields.first { $0.place == .username } }

    /// The names of all fields, for messages.
    var fieldNames: String { fields.map(\.name).joined(separator: ", ") }

    /// Whether git or registry clients can be given it.
    var isForClients: Bool {
        name == kind.name && (kind.answers(.registry) || kind.answers(.git))
    }

    /// The rule of a field; nil when there is no such field.
    func rule(for field: String) -> FieldRule? {
        if let rule = fields.first(where: { $0.name == field }) { return rule }
        guard takesAnyField, (try? SecretFieldName.check(field)) != nil else { return nil }
        return .free(field)
    }
}
