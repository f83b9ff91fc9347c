import CredentialCore

extension KindTemplate {
    /// A user name and a password.
    static let password = KindTemplate(
        name: "password", kind: .password,
        summary: "a user name and a password, for a registry or git",
        fields: [
            FieldRule(name: "username", label: "user name", place: .username),
            FieldRule(name: "password", label: "password", place: .secret, isInvented: true),
        ],
        guide: [
            "Where the service has tokens, prefer one: it can be limited to what is needed, and "
                + "taken back alone."
        ])
}
