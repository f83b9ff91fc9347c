import CredentialCore

extension KindTemplate {
    /// A Hetzner API token.
    static let hetzner = KindTemplate(
        name: "hetzner", kind: .hetzner, summary: "a token for the API of Hetzner Cloud",
        fields: [
            FieldRule(
                name: "token", label: "token", place: .secret,
                hint: "64 letters and digits; the console shows them once.",
                checkSecret: FieldCheck.secretLettersAndDigits(64...64, "Hetzner API token"))
        ],
        guide: [
            "In the Hetzner console (https://console.hetzner.com), in the project: Security > API "
                + "tokens > Generate API token.",
            "Read will do to look; Read & Write is needed to make and delete. A token is for one "
                + "project.",
        ])
}
