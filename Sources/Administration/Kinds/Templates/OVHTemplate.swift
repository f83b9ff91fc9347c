import CredentialCore

extension KindTemplate {
    /// Keys for OVHcloud's API.
    static let ovh = KindTemplate(
        name: "ovh", kind: .ovh, summary: "keys for the API of OVHcloud",
        fields: [
            FieldRule(
                name: "endpoint", label: "endpoint", place: .setting,
                standard: "ovh-eu", choices: endpoints, check: FieldCheck.oneOf(endpoints)),
            FieldRule(
                name: "applicationKey", label: "application key", place: .setting,
                hint: "16 letters and digits; it is not secret.",
                check: FieldCheck.lettersAndDigits(16...64, "application key")),
            FieldRule(
                name: "applicationSecret", label: "application secret", place: .secret,
                hint: "32 letters and digits.",
                checkSecret: FieldCheck.secretLettersAndDigits(32...128, "application secret")),
            FieldRule(
                name: "consumerKey", label: "consumer key", place: .secret,
                hint: "32 letters and digits; it expires when you said it should.",
                checkSecret: FieldCheck.secretLettersAndDigits(32...128, "consumer key")),
            FieldRule(
                name: "projectId", label: "project id", place: .setting, isRequired: false,
                hint: "32 hexadecimal digits, for the Public Cloud project the keys are for.",
                check: projectID),
        ],
        guide: [
            "https://eu.api.ovh.com/createToken/, https://ca.api.ovh.com/createToken/ or "
                + "https://api.us.ovhcloud.com/createToken/ makes all three keys at once.",
            "Give them the paths that are needed, such as GET /cloud/project/ID/*, not /*.",
        ])

    private static let endpoints = ["ovh-eu", "ovh-ca", "ovh-us"]

    private static let projectID: @Sendable (String) throws(CredentialError) -> Void = {
        (value) throws(CredentialError) in
        let isSound = value.utf8.allSatisfy { byte in
            Byte.isDigit(byte) || "abcdef".utf8.contains(byte)
        }
        guard isSound, value.utf8.count == 32 else {
            throw FieldCheck.refusal(
                "`\(Printable.text(value))` is no project id",
                "the 32 hexadecimal digits below the project's name in the console")
        }
    }
}
