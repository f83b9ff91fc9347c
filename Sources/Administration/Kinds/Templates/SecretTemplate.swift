import CredentialCore

extension KindTemplate {
    /// Any named secret fields.
    static let secret = KindTemplate(
        name: "secret", kind: .secret, summary: "any named secret fields", fields: [],
        takesAnyField: true,
        guide: ["Name each field: `--field NAME=prompt`, or `--field NAME=@PATH`."],
        finish: { (_, fields) throws(CredentialError) in
            guard !fields.fields.isEmpty else {
                throw CredentialError(
                    .badRequest, "it has no field", remedy: "add `--field NAME=prompt`")
            }
            for field in fields.fields { try SecretFieldName.check(field.name) }
        })
}

/// The names of the fields of a `secret`: what Kubernetes allows in its Secrets, so that they can
/// be moved there and back.
///
/// See https://kubernetes.io/docs/concepts/configuration/secret/
enum SecretFieldName {
    /// Checks a name.
    ///
    /// - Throws: `badRequest` with what it should be.
    static func check(_ name: String) throws(CredentialError) {
        let isSound = name.utf8.allSatisfy { byte in
            FieldCheck.isLetterOrDigit(byte) || "._-".utf8.contains(byte)
        }
        guard isSound, 1...253 ~= name.utf8.count else {
            throw FieldCheck.refusal(
                "`\(Printable.text(name))` is no name for a field",
                "1 to 253 letters, digits, `.`, `_`, `-`")
        }
    }
}
