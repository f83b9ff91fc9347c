/// Where the sealed file and what belongs to it are kept.
public struct StoreLocation: Sendable {
    /// The folder of the sealed file: `$XDG_DATA_HOME/keyfob`.
    public var dataFolder: String
    /// The folder of the key file and the anchor: `$XDG_STATE_HOME/keyfob`.
    public var stateFolder: String
    /// A key file named explicitly, by the environment or a service manager.
    public var externalKeyFile: String?

    /// A location from its parts.
    public init(dataFolder: String, stateFolder: String, externalKeyFile: String? = nil) {
        self.dataFolder = dataFolder
        self.stateFolder = stateFolder
        self.externalKeyFile = externalKeyFile
    }

    /// The sealed file's path, for messages.
    public var path: String { "\(dataFolder)/\(FileName.sealed)" }
}

/// The names of the files.
enum FileName {
    static let sealed = "credentials.keyfob"
    static let previous = "credentials.keyfob.previous"
    static let new = "credentials.keyfob.new"
    static let damaged = "credentials.keyfob.damaged"
    static let lock = "credentials.keyfob.lock"
    static let key = "key"
    static let replacedKey = "key.replaced"
    static let anchor = "anchor"
    static let tokens = "tokens.keyfob"
    static let tokensLock = "tokens.keyfob.lock"
    static let tokenLocks = "tokens.keyfob.minting"
}
