public import CredentialCore
import Glibc

/// What a program finds when it starts: its name, its home, the environment. Read once, at the
/// edge.
public struct Surroundings: Sendable {
    /// The configuration of the machine.
    public static let machineConfigurationFile = "/etc/keyfob/config"

    /// The user's home folder.
    public let home: String
    /// The last part of the name the program was started by.
    public let programName: String
    private let variables: @Sendable (String) -> String?

    /// Reads the running process's surroundings.
    ///
    /// - Throws: `configuration` when there is no home folder to work in.
    public static func current() throws(CredentialError) -> Surroundings {
        try Surroundings(programName: CommandLine.arguments.first ?? "", variables: environment)
    }

    /// Like ``current()``, for what needs no home: where a service is started without one, it is
    /// `/`.
    ///
    /// - Throws: nothing that can be mended by the caller.
    public static func currentWithoutHome() throws(CredentialError) -> Surroundings {
        try Surroundings(programName: CommandLine.arguments.first ?? "") { name in
            let value = environment(name)
            guard name == "HOME" else { return value }
            return value.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/"
        }
    }

    private static let environment: @Sendable (String) -> String? = { name in
        getenv(name).map { String(cString: $0) }
    }

    /// Surroundings from their parts.
    ///
    /// - Throws: `configuration` when `HOME` is missing or no absolute path.
    public init(
        programName: String, variables: @escaping @Sendable (String) -> String?
    ) throws(CredentialError) {
        guard let home = variables("HOME"), home.hasPrefix("/") else {
            throw CredentialError(
                .configuration, "HOME is not set to an absolute path",
                remedy: "set HOME to your home folder")
        }
        self.home = home
        self.programName = programName.split(separator: "/").last.map(String.init) ?? ""
        self.variables = variables
    }

    /// A variable of the environment.
    public func variable(_ name: String) -> String? { variables(name) }

    /// Folder of the sealed file.
    public var dataFolder: String { folder("XDG_DATA_HOME", ".local/share") }
    /// Folder of keys, anchor and events.
    public var stateFolder: String { folder("XDG_STATE_HOME", ".local/state") }
    /// Folder of the configuration.
    public var configurationFolder: String { folder("XDG_CONFIG_HOME", ".config") }
    /// The user's configuration.
    public var configurationFile: String { "\(configurationFolder)/config" }

    /// A key file named explicitly: `KEYFOB_KEY_FILE`, or the credential `keyfob-key` that a
    /// service manager handed over (systemd.exec(5), `LoadCredential=`).
    public var externalKeyFile: String? {
        if let path = variable("KEYFOB_KEY_FILE"), !path.isEmpty { return path }
        guard let folder = variable("CREDENTIALS_DIRECTORY"), folder.hasPrefix("/") else {
            return nil
        }
        let path = "\(folder)/keyfob-key"
        return access(path, F_OK) == 0 ? path : nil
    }

    /// What the program's name says beyond its own: `work` for `docker-credential-keyfob-work`.
    func link(of program: String) -> String? {
        let prefix = program + "-"
        guard programName.hasPrefix(prefix), programName != prefix else { return nil }
        return String(programName.dropFirst(prefix.count))
    }

    /// The XDG base directory specification: a path that is not absolute is ignored.
    private func folder(_ name: String, _ fallback: String) -> String {
        guard let base = variable(name), base.hasPrefix("/") else {
            return "\(home)/\(fallback)/keyfob"
        }
        return "\(base)/keyfob"
    }
}
