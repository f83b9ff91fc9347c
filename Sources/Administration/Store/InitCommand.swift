import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Choose where secrets are kept, and how they are locked.",
        discussion: """
            Not needed to begin with: the first login makes an encrypted file that a key file of \
            yours, mode 600, opens. Use it to lock the file with a passphrase, or with a key file \
            that you keep elsewhere.
            """)

    @Option(help: "Where secrets are kept: file.")
    var store: StoreArgument = .file

    @OptionGroup var locks: LockOptions

    @Flag(help: "Give up the store that is there, or was, and begin with an empty one.")
    var force = false

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        let session = try AdminSession.start()
        let location = try locks.location(session)
        if force {
            try Console.confirm(
                "Everything in \(location.path) will be lost. Go on?", isAgreed: yes)
        }
        try SealedFile.create(
            location,
            locks: try locks.choices(
                default: [location.externalKeyFile == nil ? .keyFile : .externalKey],
                externalKeyFile: location.externalKeyFile),
            replacing: force, now: session.now)
        try Configuration.record(store: .file, session.surroundings)
        Console.note("secrets are kept encrypted in \(location.path)")
        locks.noteKeyFile()
    }
}

/// The stores that can be chosen.
enum StoreArgument: String, ExpressibleByArgument, CaseIterable {
    case file
}
