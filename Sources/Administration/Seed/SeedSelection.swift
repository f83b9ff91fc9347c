import Bundles
import CredentialCore
import SealedFile

extension SeedCreateCommand {
    /// The credentials that the options choose, with their secrets.
    ///
    /// - Throws: `notFound` when a name is unknown, or nothing is chosen.
    func selected(
        _ session: AdminSession
    ) throws(CredentialError) -> [(credential: Credential, fields: SecretFields)] {
        if let fromArchive {
            let archived = try archived(fromArchive)
            return archived.map { ($0.credential, $0.fields) }
        }
        guard let file = try session.open() else { throw AdminSession.nothingStored }
        let stored = try file.credentials().sorted { $0.name < $1.name }
        let chosen = names.isEmpty ? try filtered(stored) : try named(stored)
        var entries: [(credential: Credential, fields: SecretFields)] = []
        for credential in chosen {
            entries.append((credential, try session.fields(of: credential, in: file)))
        }
        return entries
    }

    private func named(_ stored: [Credential]) throws(CredentialError) -> [Credential] {
        var chosen: [Credential] = []
        for name in Set(names).sorted() {
            guard let credential = stored.first(where: { $0.name == name }) else {
                throw AdminSession.unknown(name)
            }
            chosen.append(credential)
        }
        return chosen
    }

    private func filtered(_ stored: [Credential]) throws(CredentialError) -> [Credential] {
        var within: Scope?
        if let scope { within = try Scope(scope.utf8) }
        var wanted: Kind?
        if let kind {
            guard let known = Kind(name: kind) else {
                throw CredentialError(
                    .badRequest, "`\(Printable.text(kind))` is no kind of credential",
                    remedy: "write one of " + Kind.allCases.map(\.name).joined(separator: ", "))
            }
            wanted = known
        }
        let chosen = stored.filter { credential in
            (wanted == nil || credential.kind == wanted)
                && (within?.encloses(credential.scope) ?? true)
        }
        guard !chosen.isEmpty else {
            throw CredentialError(
                .notFound, "no credential is of that kind and scope",
                remedy: "see what there is with `keyfob list`")
        }
        return chosen
    }

    private func archived(_ path: String) throws(CredentialError) -> [ImportedCredential] {
        let input = try ImportInput(path, for: "an archive")
        var json = input.bytes
        if json.withBytes(PassphraseSeal.isSealed) {
            let passphrase = try SecretInput.prompt(
                "passphrase of \(input.name): ", otherwise: "use an archive that is not sealed")
            json = try json.withBytes { (bytes) throws(CredentialError) in
                try PassphraseSeal.open(bytes, passphrase: passphrase)
            }
        }
        return try CredentialArchive.decode(json, of: input.name)
    }
}
