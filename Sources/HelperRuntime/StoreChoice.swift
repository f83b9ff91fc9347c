import Configuration
import CredentialCore
import Events
import Glibc
import SealedFile
import SecretService

extension HelperSession {
    /// Changes the store. The first change of all chooses the store, and says so to a person.
    ///
    /// - Parameter change: applied to the draft, with the store that new secrets go to.
    /// - Throws: what the change and the store throw.
    func update(
        _ change: (Draft, StoreKind) throws(CredentialError) -> SealedFile.Decision
    ) throws(CredentialError) {
        do throws(CredentialError) {
            let written = try unlocking { () throws(CredentialError) in
                try write(change)
            }
            try checkFirstChoice(written, change)
        } catch
            where configuration.store == .secretService && configuration.fallsBackToFile
            && error.code.isUnavailable
        {
            _ = try write(into: .file, change)
            StandardStreams.writeError(
                "keyfob: \(error.problem); \(location.path) is used instead")
        }
    }

    /// The store a new secret goes to. It is chosen under the store's lock, so that two first
    /// changes that see different worlds, one of them without a desktop, do not choose differently.
    private func targetStore(_ draft: Draft) throws(CredentialError) -> StoreKind {
        try StoreRule.store(configured: configuration.store, stored: draft.credentials) {
            () throws(CredentialError) in try secretService.defaultCollection()
        }
    }

    /// Changes the store.
    ///
    /// - Parameter store: where new secrets go; nil for where the configuration says.
    /// - Throws: what the change and the store throw.
    @discardableResult
    func write(
        into store: StoreKind? = nil,
        _ change: (Draft, StoreKind) throws(CredentialError) -> SealedFile.Decision
    ) throws(CredentialError) -> Written {
        var chosen = StoreKind.file
        let written = try SealedFile.update(location, now: now, otherStore: secretService) {
            (draft) throws(CredentialError) in
            if let store { chosen = store } else { chosen = try targetStore(draft) }
            return try change(draft, chosen)
        }
        for change in written.changes {
            events.append(Self.event(of: change), change.id.text, now: now)
        }
        if let warning = written.warning { StandardStreams.writeError("keyfob: \(warning)") }
        return Written(store: chosen, ids: written.changes.map(\.id))
    }

    /// What was written, and where to.
    struct Written {
        let store: StoreKind
        let ids: [CredentialID]
    }

    /// A keyring that nobody chose must give back to the next program what it took from this one.
    /// Some ask their user about each program; those are for users who choose them.
    private func checkFirstChoice(
        _ written: Written,
        _ change: (Draft, StoreKind) throws(CredentialError) -> SealedFile.Decision
    ) throws(CredentialError) {
        guard configuration.store == nil, !written.ids.isEmpty else { return }
        var store = written.store
        if store == .secretService, wantsConfirmation(written.ids) {
            store = try write(into: .file, change).store
        }
        recordChoice(of: store)
    }

    /// Whether the keyring asks its user before it gives these back. Whatever else is wrong by now,
    /// what was stored is stored.
    private func wantsConfirmation(_ ids: [CredentialID]) -> Bool {
        let credentials = (try? open()?.credentials()) ?? []
        return credentials.contains { credential in
            guard ids.contains(credential.id), credential.store == .secretService else {
                return false
            }
            do throws(CredentialError) {
                _ = try secretService.fields(of: SecretReference(credential))
                return false
            } catch {
                return error == SecretServiceFailure.confirmationWanted
            }
        }
    }

    /// The choice is written down so that it stays the same when other stores appear. It has no
    /// bearing on what was just stored, so a read-only configuration is no failure.
    private func recordChoice(of target: StoreKind) {
        guard configuration.store == nil else { return }
        try? Configuration.record(store: target, surroundings)
        if isatty(STDERR_FILENO) == 1 {
            StandardStreams.writeError(
                target == .file
                    ? "keyfob: secrets are kept encrypted in \(location.path)"
                    : "keyfob: secrets are kept in the desktop's keyring")
        }
    }

    private static func event(of change: Draft.Change) -> EventLog.Event {
        switch change.kind {
        case .stored: .stored
        case .changed: .changed
        case .suspended: .suspended
        case .removed: .removed
        }
    }
}
