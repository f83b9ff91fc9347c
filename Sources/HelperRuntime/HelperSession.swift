import CLinux
import Configuration
import CredentialCore
import Events
import Glibc
import SealedFile
import SecretService

/// What both helpers need to answer one request: configuration, scope, store, time.
struct HelperSession {
    let surroundings: Surroundings
    let configuration: Configuration
    let scope: Scope
    let location: StoreLocation
    let now: Int64
    let events: EventLog
    let secretService: SecretServiceStore

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
            events: EventLog(stateFolder: surroundings.stateFolder, program: program),
            secretService: SecretServiceStore(
                readsPlain: configuration.secretServiceSession == .plain
            ) {
                SessionBus(
                    named: surroundings.variable("DBUS_SESSION_BUS_ADDRESS"),
                    runtimeFolder: surroundings.variable("XDG_RUNTIME_DIR"))
            })
    }

    /// Whose store is asked.
    enum StoreOwner {
        /// The user's own, always asked first.
        case user
        /// The machine's, asked where the user's own holds nothing for a query, and never written.
        case machine
    }

    /// A store, opened for reading; nil when nothing was ever stored. A user who is no member of
    /// the machine's store's group has none such.
    func open(_ owner: StoreOwner = .user) throws(CredentialError) -> SealedFile? {
        let opened =
            switch owner {
            case .user: try SealedFile.open(location)
            case .machine: try SealedFile.openMachines()
            }
        guard let file = opened else { return nil }
        for warning in file.warnings { StandardStreams.writeError("keyfob: \(warning)") }
        return file
    }

    /// Who is asking, for the record of a new credential.
    var creator: String { "\(events.program), uid \(getuid())" }
}
