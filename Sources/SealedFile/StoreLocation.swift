public import CredentialCore
public import ProtectedFiles

/// Where the sealed file and what belongs to it are kept.
public struct StoreLocation: Sendable {
    /// The folder of the sealed file: `$XDG_DATA_HOME/keyfob`.
    public var dataFolder: String
    /// The folder of the key file and the anchor: `$XDG_STATE_HOME/keyfob`.
    public var stateFolder: String
    /// A key file named explicitly, by the environment or a service manager.
    public var externalKeyFile: String?
    /// Whom it is for.
    public let audience: Audience

    /// The machine's: root writes it, and members of the folder's group read it. The path is fixed,
    /// since no environment may say what a root's command writes to.
    public static let machine = StoreLocation(
        dataFolder: "/var/lib/keyfob", stateFolder: "/var/lib/keyfob", audience: .group)

    /// What a user is told about the machine's who is no member of its group.
    public static let outsider = Audience.outsider(machine.dataFolder)

    /// A location from its parts.
    public init(dataFolder: String, stateFolder: String, externalKeyFile: String? = nil) {
        self.init(
            dataFolder: dataFolder, stateFolder: stateFolder, externalKeyFile: externalKeyFile,
            audience: .owner)
    }

    private init(
        dataFolder: String, stateFolder: String, externalKeyFile: String? = nil,
        audience: Audience
    ) {
        self.dataFolder = dataFolder
        self.stateFolder = stateFolder
        self.externalKeyFile = externalKeyFile
        self.audience = audience
    }

    /// Whether it is the machine's.
    public var isMachines: Bool { audience == .group }

    /// The sealed file's path, for messages.
    public var path: String { "\(dataFolder)/\(FileName.sealed)" }

    /// A command on this store, as somebody types it who may run it.
    public func command(_ words: String) -> String {
        isMachines ? "sudo keyfob \(words) --system" : "keyfob \(words)"
    }

    /// Checks that this user may change what is there.
    ///
    /// - Throws: for the machine's, `refused` when the user is not root, `absent` before it is made.
    public func requireWriter() throws(CredentialError) {
        if isMachines { _ = try makeData() }
    }

    /// Makes the machine's folder for the members of a group, or gives it, and the files that belong
    /// to the store, the owner, group and modes back that they should have.
    ///
    /// - Throws: `refused` when the user is not root, `unsafeFile` when others could write there.
    public func makeFolder(forGroup group: UInt32) throws(CredentialError) {
        try Folder.make(dataFolder, forGroup: group)
        let folder = try makeData()
        for name in [FileName.sealed, FileName.previous, FileName.key, FileName.anchor] {
            try folder.shareAgain(name)
        }
    }

    func openData() throws(CredentialError) -> Folder? {
        try Folder(opening: dataFolder, for: audience)
    }

    func makeData() throws(CredentialError) -> Folder {
        try Folder(making: dataFolder, for: audience)
    }

    func openState() throws(CredentialError) -> Folder? {
        try Folder(opening: stateFolder, for: audience)
    }

    func makeState() throws(CredentialError) -> Folder {
        try Folder(making: stateFolder, for: audience)
    }
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
    static let suspensions = "suspensions"
    static let suspensionsLock = "suspensions.lock"
}
