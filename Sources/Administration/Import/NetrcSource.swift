import CredentialCore

/// The logins in a netrc file, which curl, git and others take for a host's, over HTTPS.
struct NetrcSource: ImportSource {
    private let path: String
    private let given: SourceFile?

    init(_ path: String) {
        self.path = path
        given = nil
    }

    /// Logins that came another way than from a file.
    init(_ input: ImportInput) {
        path = input.name
        given = SourceFile(named: input.name, input.bytes)
    }

    var hasSuccession: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        let files = if let given { [given] } else { try SourceFile.all([path]) }
        for file in files {
            let machines = file.bytes.withBytes { bytes in
                var reader = NetrcReader(bytes)
                return reader.read()
            }
            for machine in machines { entries.append(entry(machine, file)) }
        }
        return entries
    }

    private func entry(_ machine: NetrcMachine, _ file: SourceFile) -> ImportEntry {
        let place = "\(file.path), line \(machine.line)"
        let username = machine.login.map { $0.plainBytes(0..<$0.count) }
        guard let named = machine.host else {
            return ImportEntry(
                place: place, address: "default", username: username,
                .refused("it is for every other host, and a credential is for hosts by name"))
        }
        let host = named.plainBytes(0..<named.count)
        let removal: ImportRemoval =
            given != nil
            ? .stays("it came from \(place)")
            : machine.hasMacro
                ? .stays("a macro is defined there, so it is left as it is")
                : .cut(file, [machine.range])
        return ImportEntry(
            place: place, address: Printable.text(host), username: username, removal: removal
        ) { () throws(CredentialError) in
            guard !machine.isBroken else {
                throw CredentialError(.badRequest, "a word is missing or unknown there")
            }
            guard let password = machine.password else {
                throw CredentialError(.badRequest, "it has no password")
            }
            guard let username else {
                throw CredentialError(.badRequest, "it has no login")
            }
            return try ImportedCredential(
                git: Scheme.https, host: host, path: nil, username: username, secret: password)
        }
    }
}
