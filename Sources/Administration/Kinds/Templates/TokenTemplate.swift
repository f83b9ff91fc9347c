import CredentialCore

extension KindTemplate {
    /// A token, with or without a user name.
    static let token = KindTemplate(
        name: "token", kind: .token, summary: "a token, with or without a user name",
        fields: [
            FieldRule(
                name: "username", label: "user name", place: .username, isRequired: false,
                hint: "A token for a well-known host, such as ghcr.io, may do without."),
            FieldRule(name: "token", label: "token", place: .secret),
            FieldRule(
                name: "refreshToken", label: "refresh token", place: .secret, isRequired: false,
                hint: "Given out beside short-lived tokens; leave it out if there was none."),
        ],
        guide: ["Make it in the service's settings, with the fewest permissions that will do."])
}
