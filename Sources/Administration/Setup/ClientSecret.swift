import CredentialCore
import Glibc
import SealedFile

/// The secret of an OAuth client, kept as a credential whose name the configuration holds.
struct ClientSecret {
    private static let field = "clientSecret"

    private let name: String
    private let host: SetupHost
    private let session: AdminSession

    init(_ name: String, of host: SetupHost, _ session: AdminSession) {
        self.name = name
        self.host = host
        self.session = session
    }

    /// Reads the secret from standard input and stores it.
    ///
    /// - Throws: `conflict` when the name is something else's.
    func store() throws(CredentialError) {
        let target = try session.writableStore()
        if target == .file { try session.open()?.requireUnlocked() }
        let secret = try SecretInput.read(descriptor: STDIN_FILENO)
        guard secret.isOneLine else {
            throw CredentialError(
                .badRequest, "a client's secret is one line", remedy: "give it and nothing else")
        }
        var fields = SecretFields()
        fields[Self.field] = secret
        try session.update { (draft) throws(CredentialError) in
            guard var credential = draft.credential(named: name) else {
                return try draft.add(made(draft, target), fields)
            }
            try check(credential)
            credential.updatedAt = session.now
            credential.store = target
            try draft.update(credential, fields)
        }
    }

    /// Removes it, where it is there.
    func remove() throws(CredentialError) {
        guard let credential = try session.open()?.credentials().first(where: { $0.name == name }),
            credential.kind == .secret
        else { return }
        try session.update { (draft) throws(CredentialError) in try draft.remove(credential.id) }
        Console.note("removed \(name)")
    }

    private func made(_ draft: Draft, _ target: StoreKind) -> Credential {
        var credential = Credential(
            id: Draft.newID(), name: name, kind: .secret, origin: .admin, store: target,
            createdAt: session.now, createdBy: session.creator)
        credential.description = "the secret of Keyfob's OAuth client at \(host.name)"
        credential.currency = draft.nextCurrency
        return credential
    }

    private func check(_ credential: Credential) throws(CredentialError) {
        guard credential.kind != .secret else { return }
        throw CredentialError(
            .conflict, "\(name) is a \(credential.kind.name), not the secret of a client",
            remedy: "rename it with `keyfob rename \(name) NEW` and try again")
    }
}
