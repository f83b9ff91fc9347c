import CredentialCore

/// The logins in a `config.json` or `auth.json` that is no client's own: an export, or a copy from
/// elsewhere. Helpers that it names are another machine's, and are not asked.
struct RegistryExportSource: ImportSource {
    private let input: ImportInput

    init(_ input: ImportInput) {
        self.input = input
    }

    func entries() throws(CredentialError) -> [ImportEntry] {
        let document = try JSONDocument(input.bytes, path: input.name)
        return RegistryAuths(document, SourceFile(named: input.name, input.bytes)).entries()
            .map { entry in
                var entry = entry
                entry.removal = .stays("it is an export, which stays as it is")
                return entry
            }
    }
}
