import Configuration
import CredentialCore
import Events
import Glibc
import SealedFile
import SecretService

extension HelperSession {
    /// The store a new secret goes to: the configured one, else the one that the last secret went to,
    /// else the keyring where one is open, and the sealed file where there is none.
    ///
    /// - Throws: `locked` when there is a keyring that may be meant and cannot be used now.
    func targetStore() throws(CredentialError) -> StoreKind {
        if let store = configuration.store { return store }
        if let newest = try open()?.credentials().max(by: { $0.currency < $1.currency }) {
            return newest.store
        }
        return try FirstStore.choose { () throws(CredentialError) in
            try secretService.defaultCollection()
        }
    }

    /// Changes the store. The first change of all chooses the store, and says so to a person.
    ///
    /// - Parameter change: applied to the draft, with the store that new secrets go to.
    /// - Throws: what the change and the store throw.
    func update(
        _ change: (Draft, StoreKind) throws(CredentialError) -> SealedFile.Decision
    ) throws(CredentialError) {
        let target = try targetStore()
        do throws(CredentialError) {
            try unlocking { () throws(CredentialError) in try write(to: target, change) }
        } catch
            where target == .secretService && configuration.fallsBackToFile
            && [.locked, .unreachable].contains(error.code)
        {
            try write(to: .file, change)
            StandardStreams.writeError(
                "keyfob: \(error.problem); \(location.path) is used instead")
        }
    }

    private func write(
        to target: StoreKind,
        _ change: (Draft, StoreKind) throws(CredentialError) -> SealedFile.Decision
    ) throws(CredentialError) {
        let written = try SealedFile.update(location, now: now, otherStore: secretService) {
            (draft) throws(CredentialError) in
            try change(draft, target)
        }
        for change in written.changes {
            events.append(Self.event(of: change), change.id.text, now: now)
        }
        if !written.leftInOtherStore.isEmpty {
            let names = written.leftInOtherStore.joined(separator: ", ")
            StandardStreams.writeError(
                "keyfob: the keyring kept an old secret of \(names); "
                    + "remove it with `keyfob store fsck --repair`")
        }
        if !written.changes.isEmpty { recordChoice(of: target) }
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
