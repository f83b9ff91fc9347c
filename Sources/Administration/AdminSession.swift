import CLinux
import Configuration
import CredentialCore
import Events
import Glibc
import Keyring
import SealedFile
import SecretService

/// What every command works with: the user's surroundings, configuration and store.
struct AdminSession {
    let surroundings: Surroundings
    let configuration: Configuration
    let location: StoreLocation
    let events: EventLog
    let keyring: KeyringStore
    private let bus: SessionBus?
    let now: Int64

    /// Prepares the process, as the helpers do: no core dump may hold a secret, and root with
    /// another user's home works as that user.
    static func start() throws(CredentialError) -> AdminSession {
        linux_refuse_core_dumps()
        let surroundings = try Surroundings.current()
        try surroundings.becomeOwnerOfHome()
        let bus = SessionBus(
            named: surroundings.variable("DBUS_SESSION_BUS_ADDRESS"),
            runtimeFolder: surroundings.variable("XDG_RUNTIME_DIR"))
        return AdminSession(
            surroundings: surroundings, configuration: try Configuration(surroundings),
            location: StoreLocation(
                dataFolder: surroundings.dataFolder, stateFolder: surroundings.stateFolder,
                externalKeyFile: surroundings.externalKeyFile),
            events: EventLog(stateFolder: surroundings.stateFolder, program: "keyfob"),
            keyring: KeyringStore(bus: bus), bus: bus,
            now: Int64(time(nil)))
    }

    /// The store; nil when nothing was ever stored.
    func open() throws(CredentialError) -> SealedFile? {
        let file = try SealedFile.open(location)
        for warning in file?.warnings ?? [] { Console.note(warning) }
        return file
    }

    /// The store and the credential of that name.
    func open(
        credential name: String
    ) throws(CredentialError) -> (file: SealedFile, credential: Credential) {
        if let file = try open(),
            let credential = try file.credentials().first(where: { $0.name == name })
        {
            return (file, credential)
        }
        throw Self.unknown(name)
    }

    /// Changes the credential of that name.
    func change(
        _ name: String, _ change: (inout Credential, Draft) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        // A name that is not there makes no store.
        _ = try open(credential: name)
        try update { (draft) throws(CredentialError) in
            guard var credential = draft.credential(named: name) else { throw Self.unknown(name) }
            credential.updatedAt = now
            try change(&credential, draft)
        }
    }

    /// Changes the store, and writes down which one it is when nobody has chosen yet.
    ///
    /// - Parameter recordsChoice: whether the change went to the store that was chosen by rule.
    func update(
        recordsChoice: Bool = true, _ change: (Draft) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        let written = try unlocking { () throws(CredentialError) in
            try SealedFile.update(location, now: now, otherStore: keyring) {
                (draft) throws(CredentialError) in
                try change(draft)
                return .changed
            }
        }
        for change in written.changes {
            events.append(Self.event(of: change), change.id.text, now: now)
        }
        if let warning = written.warning { Console.note(warning) }
        if recordsChoice, configuration.store == nil {
            try keepWhereReadable(written.changes.map(\.id))
            recordChoice()
        }
    }

    /// A keyring that nobody chose must give back to the next program what it took from this one.
    /// Some ask their user about each program; those are for users who choose them.
    private func keepWhereReadable(_ ids: [CredentialID]) throws(CredentialError) {
        let stored = (try? open()?.credentials()) ?? []
        let next = KeyringStore(bus: bus)
        var isWithheld = false
        for credential in stored
        where ids.contains(credential.id) && credential.store == .secretService {
            do throws(CredentialError) {
                _ = try next.fields(of: SecretReference(credential))
            } catch  where error == SecretServiceFailure.confirmationWanted {
                isWithheld = true
            } catch {
                // Whatever else is wrong by now, what was stored is stored.
                continue
            }
        }
        guard isWithheld else { return }
        try SealedFile.update(location, now: now, otherStore: keyring) {
            (draft) throws(CredentialError) in
            for var credential in draft.credentials where ids.contains(credential.id) {
                let fields = try draft.fields(of: credential)
                credential.store = .file
                try draft.update(credential, fields)
            }
            return .changed
        }
    }

    /// Writes the choice of store into the configuration. The choice has no bearing on what was
    /// just stored, so a read-only configuration is only worth a word.
    func recordChoice() {
        guard configuration.store == nil else { return }
        do throws(CredentialError) {
            try Configuration.record(store: try targetStore(), surroundings)
        } catch {
            Console.note(error.message)
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

    static func unknown(_ name: String) -> CredentialError {
        CredentialError(
            .notFound, "there is no credential named `\(Printable.text(name))`",
            remedy: "see the names with `keyfob list`")
    }

    /// Who is changing something, for the record.
    var creator: String { "keyfob, uid \(getuid())" }
}
