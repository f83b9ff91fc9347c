import Configuration
import CredentialCore
import Keyring
import SealedFile
import SecretService

/// Rebuilds the catalogue from the keyring's items, each of which says what it is.
struct KeyringRecovery {
    private let session: AdminSession

    init(_ session: AdminSession) {
        self.session = session
    }

    /// Enters every item that no credential names.
    ///
    /// - Parameter isAgreed: whether a file that does not open may be given up without asking.
    /// - Throws: `locked` or `unreachable` when the keyring cannot be asked.
    func run(isAgreed: Bool) throws(CredentialError) {
        let items = try session.unlocking { () throws(CredentialError) in
            try session.keyring.checkWritable()
            return try session.keyring.items([
                CredentialItem.schemaAttribute: CredentialItem.schema
            ])
        }
        let found = newest(items.compactMap { CredentialItem.credential($0, now: session.now) })
        guard !found.isEmpty else {
            throw CredentialError(.notFound, "the keyring holds no credential of Keyfob's")
        }
        try makeRoom(for: found.count, isAgreed: isAgreed)
        var entered = 0
        try session.update { (draft) throws(CredentialError) in
            entered = 0
            for credential in found {
                if try enter(credential, in: draft) { entered += 1 }
            }
        }
        let known = found.count - entered
        Console.note(
            "took back \(entered) from the keyring"
                + (known > 0 ? "; \(known) were known already" : ""))
    }

    /// Whether the catalogue lacked it: the credential, or where its secret is.
    private func enter(
        _ credential: Credential, in draft: Draft
    ) throws(CredentialError) -> Bool {
        if let known = draft.credentials.first(where: { $0.id == credential.id }) {
            guard known.store == .secretService, try isGone(known, draft) else { return false }
            // Of an older catalogue, perhaps: the secret it names was replaced since.
            return draft.relocate(SecretReference(known), to: credential.locator)
        }
        try adopt(credential, in: draft)
        return true
    }

    private func isGone(
        _ credential: Credential, _ draft: Draft
    ) throws(CredentialError) -> Bool {
        do throws(CredentialError) {
            _ = try draft.fields(of: credential)
            return false
        } catch  where error.code == .damaged {
            return true
        }
    }

    private func adopt(_ credential: Credential, in draft: Draft) throws(CredentialError) {
        var entered = credential
        entered.name = freeName(for: credential, in: draft)
        let locator = ItemLocator(SecretReference(credential))
        if let item = try session.keyring.item(at: locator.path),
            entered.name != credential.name || CredentialItem.locator(item) != locator
        {
            // The item says nothing of itself, or what is no longer so.
            let new = CredentialItem(
                entered, fieldNames: CredentialItem.fieldNames(item), mark: locator.mark)
            _ = try session.keyring.ask(
                .annotate(path: locator.path, label: new.label, attributes: new.attributes))
        }
        try draft.adopt(entered)
    }

    /// One credential of each id: the newest version, should a write that was killed have left two.
    private func newest(_ credentials: [Credential]) -> [Credential] {
        Dictionary(grouping: credentials, by: \.id).values
            .compactMap { versions in
                versions.max { ($0.version, $0.updatedAt) < ($1.version, $1.updatedAt) }
            }
            .sorted { $0.currency < $1.currency }
    }

    /// Makes a new file where there is none, or none that could be mended. What is only in the way
    /// of reading it, such as its mode, has a remedy of its own.
    private func makeRoom(for count: Int, isAgreed: Bool) throws(CredentialError) {
        do throws(CredentialError) {
            _ = try session.open()
        } catch  where [.older, .damaged, .locked, .wrongKey].contains(error.code) {
            let isKeyLost = error.code == .locked || error.code == .wrongKey
            if isKeyLost && SealedFile.hasOtherKey(session.location) { throw error }
            try Console.confirm(
                "\(error.problem). Make it anew from \(count) items of the keyring?",
                isAgreed: isAgreed)
            if let aside = try SealedFile.setAside(session.location) {
                Console.note("the file that was there is \(aside) now")
            }
            try SealedFile.create(
                session.location, locks: [.keyFile], replacing: true, now: session.now)
            try? Configuration.record(store: .secretService, session.surroundings)
        }
    }

    private func freeName(for credential: Credential, in draft: Draft) -> String {
        var name = credential.name
        var number = 2
        while draft.credential(named: name) != nil {
            name = "\(credential.name)-\(number)"
            number += 1
        }
        return name
    }
}
