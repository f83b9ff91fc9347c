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
    ///
    /// - Parameter selection: whose store it is about.
    static func start(
        _ selection: StoreSelection? = nil
    ) throws(CredentialError) -> AdminSession {
        linux_refuse_core_dumps()
        if let selection, selection.system { return try startOnMachine() }
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

    /// A session on the machine's store. It is root's, whoever's home root runs in, and nobody's
    /// keyring has a part in it.
    private static func startOnMachine() throws(CredentialError) -> AdminSession {
        let surroundings = try Surroundings.currentWithoutHome()
        let location = StoreLocation.machine
        return AdminSession(
            surroundings: surroundings,
            configuration: try Configuration(ofMachine: surroundings), location: location,
            events: EventLog(
                stateFolder: location.stateFolder, for: location.audience, program: "keyfob"),
            keyring: KeyringStore(bus: nil), bus: nil, now: Int64(time(nil)))
    }

    /// The store; nil when nothing was ever stored.
    ///
    /// - Throws: what opening throws; `absent` when it is the machine's and was not made yet.
    func open() throws(CredentialError) -> SealedFile? {
        let file = try SealedFile.open(location, writesMachines: true)
        for warning in file?.warnings ?? [] { Console.note(warning) }
        if file == nil, location.isMachines { throw MachineStore.missing }
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
        try location.requireWriter()
        let written = try unlocking { () throws(CredentialError) in
            try SealedFile.update(location, now: now, otherStore: keyring) {
                (draft) throws(CredentialError) in
                try change(draft)
                return .changed
            }
        }
        for (event, changes) in Dictionary(grouping: written.changes, by: Self.event) {
            record(event, changes.map(\.id))
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
        let ids = Set(ids)
        var isWithheld = false
        for credential in stored
        where credential.store == .secretService && ids.contains(credential.id) {
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

    /// More changes of a kind at once are one line of the log, or they would push out all that it
    /// holds.
    private static let singleEvents = 100

    /// Writes down what was done to credentials. Best effort.
    func record(_ event: EventLog.Event, _ ids: [CredentialID]) {
        guard ids.count > Self.singleEvents else {
            for id in ids { events.append(event, id.text, now: now) }
            return
        }
        events.append(event, "\(ids.count) credentials", now: now)
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

    /// The configuration that holds here.
    var configurationFile: String {
        location.isMachines
            ? Surroundings.machineConfigurationFile : surroundings.configurationFile
    }

    /// Who is changing something, for the record.
    var creator: String { "keyfob, uid \(getuid())" }
}
