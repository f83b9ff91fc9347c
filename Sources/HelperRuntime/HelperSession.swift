import CLinux
import Configuration
import CredentialCore
import Events
import Glibc
import SealedFile
import SecretService

/// What both helpers need to answer one request: configuration, scope, store, time.
final class HelperSession {
    let surroundings: Surroundings
    let configuration: Configuration
    let scope: Scope
    let location: StoreLocation
    let now: Int64
    let events: EventLog
    let secretService: SecretServiceStore

    private init(
        _ surroundings: Surroundings, _ configuration: Configuration, _ scope: Scope,
        _ events: EventLog, _ secretService: SecretServiceStore
    ) {
        self.surroundings = surroundings
        self.configuration = configuration
        self.scope = scope
        location = StoreLocation(
            dataFolder: surroundings.dataFolder, stateFolder: surroundings.stateFolder,
            externalKeyFile: surroundings.externalKeyFile)
        now = Self.time()
        self.events = events
        self.secretService = secretService
    }

    /// Prepares the process and reads the configuration. No secret is in memory before core dumps
    /// are off, and no file is opened before root has become the home's owner.
    static func start(_ program: String) throws(CredentialError) -> HelperSession {
        linux_refuse_core_dumps()
        let surroundings = try Surroundings.current()
        try surroundings.becomeOwnerOfHome()
        let configuration = try Configuration(surroundings)
        let secretService = SecretServiceStore(
            readsPlain: configuration.secretServiceSession == .plain
        ) {
            SessionBus(
                named: surroundings.variable("DBUS_SESSION_BUS_ADDRESS"),
                runtimeFolder: surroundings.variable("XDG_RUNTIME_DIR"))
        }
        return HelperSession(
            surroundings, configuration,
            try configuration.scopeInEffect(for: program, surroundings),
            EventLog(stateFolder: surroundings.stateFolder, program: program), secretService)
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

    /// The same by the time that it is now: a person may have taken minutes.
    var later: HelperSession {
        HelperSession(surroundings, configuration, scope, events, secretService)
    }

    /// The time, in seconds since 1970.
    static func time() -> Int64 { Int64(Glibc.time(nil)) }

    /// Who is asking, for the record of a new credential.
    var creator: String { "\(events.program), uid \(getuid())" }
}
