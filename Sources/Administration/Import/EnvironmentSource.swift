import CredentialCore

/// Variables in a file, which become the fields of one credential.
struct EnvironmentSource: ImportSource {
    private let input: ImportInput
    private let name: String

    /// - Parameter name: what the credential is to be called.
    /// - Throws: `badRequest` without a name.
    init(_ input: ImportInput, name: String?) throws(CredentialError) {
        guard let name else {
            throw CredentialError(
                .badRequest, "the variables need a name to be kept under",
                remedy: "add `--name NAME`")
        }
        try CredentialName.check(name)
        self.input = input
        self.name = name
    }

    var isWhole: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        var credential = ImportedCredential.blank(.secret)
        credential.name = name
        let fields: SecretFields
        do throws(CredentialError) {
            fields = try input.bytes.withBytes { (bytes) throws(CredentialError) in
                var reader = EnvironmentReader(bytes)
                var fields = SecretFields()
                while let variable = try reader.next() {
                    guard fields[variable.name] == nil else {
                        throw CredentialError(
                            .badRequest, "line \(variable.line): \(variable.name) is set twice")
                    }
                    try PortableRules.add(variable.name, variable.value, to: &fields)
                }
                return fields
            }
        } catch {
            throw CredentialError(
                error.code, "\(input.name), \(error.problem)",
                remedy: "nothing was imported; mend it and try again")
        }
        guard !fields.fields.isEmpty else { return [] }
        return [
            ImportEntry(place: input.name, address: name) { () throws(CredentialError) in
                ImportedCredential(credential, try PortableRules.checked(fields, .secret))
            }
        ]
    }
}
