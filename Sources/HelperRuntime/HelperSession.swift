import CLinux
import Configuration
import CredentialCore
import Events
import Glibc
import SealedFile

/// What both helpers need to answer one request: configuration, scope, store, time.
struct HelperSession {
    let surroundings: Surroundings
    let configuration: Configuration
    let scope: Scope
    let location: StoreLocation
    let now: Int64
    let events: EventLog

    /// Prepares the process and reads the configuration. No secret is in memory before core dumps
    /// are off, and no file is opened before root has become the home's owner.
    static func start(_ program: String) throws(CredentialError) -> HelperSession {
        linux_refuse_core_dumps()
        let surroundings = try Surroundings.current()
        try surroundings.becomeOwnerOfHome()
        let configuration = try Configuration(surroundings)
        return HelperSession(
            surroundings: surroundings, configuration: configuration,
            scope: try configuration.scopeInEffect(for: program, surroundings),
            location: StoreLocation(
                dataFolder: surroundings.dataFolder, stateFolder: surroundings.stateFolder,
                externalKeyFile: surroundings.externalKeyFile),
            now: Int64(time(nil)),
            events: EventLog(stateFolder: surroundings.stateFolder, program: program))
    }

    /// The store, opened for reading; nil when nothing was ever stored.
    func open() throws(CredentialError) -> SealedFile? {
        guard let file = try SealedFile.open(location) else { return nil }
        for warning in file.warnings { StandardStreams.writeError("keyfob: \(warning)") }
        return file
    }

    /// Changes the store. The first change of all chooses the store, and says so to a person.
    ///
    /// - Throws: what the change and the store throw, and `configuration` when the configured store
    ///   cannot take it.
    func update(
        _ change: (Draft) throws(CredentialError) -> SealedFile.Decision
    ) throws(CredentialError) {
        if try configuration.checkWritable(surroundings) {
            StandardStreams.writeError(
                "keyfob: the store secret-service cannot be used; \(location.path) is used instead")
        }
        let changes = try SealedFile.update(location, now: now, change)
        guard !changes.isEmpty else { return }
        for change in changes { events.append(Self.event(of: change), change.id.text, now: now) }
        guard configuration.store == nil else { return }
        // The choice is written down so that it stays the same when other stores appear. It has no
        // bearing on what was just stored, so a read-only configuration is no failure.
        try? Configuration.record(store: .file, surroundings)
        if isatty(STDERR_FILENO) == 1 {
            StandardStreams.writeError(
                "keyfob: secrets are kept encrypted in \(location.path)")
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

    /// Who is asking, for the record of a new credential.
    var creator: String { "\(events.program), uid \(getuid())" }
}
