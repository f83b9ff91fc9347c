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
            Not needed to begin with: the first login goes to the desktop's keyring where one is \
            open, and else to an encrypted file that a key file of yours, mode 600, opens. Use it \
            to choose the other, to make a keyring where there is none, or to lock the file with a \
            passphrase or with a key file that you keep elsewhere.

            With the keyring, the encrypted file still holds everything but the secrets. What is \
            stored already stays where it is until `keyfob move`.

            With --system, root makes the machine's store: an encrypted file in /var/lib/keyfob, \
            and the group keyfob, whose members' git and docker are answered from it where their \
            own store holds nothing. Run again, it puts owner, group and modes right.
            """)

    @Option(help: "Where secrets are kept: file, or secret-service, the desktop's keyring.")
    var store: StoreArgument = .file

    @OptionGroup var locks: LockOptions

    @Flag(help: "Give up the store that is there, or was, and begin with an empty one.")
    var force = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        if machine.system { return try makeMachineStore() }
        let session = try AdminSession.start()
        let location = try locks.location(session)
        if force {
            try Console.confirm(
                "Everything in \(location.path) will be lost. Go on?", isAgreed: yes)
        }
        if store.kind == .secretService { try session.unlockKeyring(creating: true) }
        let leavesItems = force ? (try? session.usesKeyring()) ?? false : false
        // The choice between the stores alone leaves the file as it is.
        let isThere = try !force && SealedFile.exists(location)
        let changesStore = session.configuration.store.map { $0 != store.kind } ?? false
        let isChoiceAlone =
            isThere && !locks.isGiven && (store.kind == .secretService || changesStore)
        if !isChoiceAlone {
            try SealedFile.create(
                location,
                locks: try locks.choices(
                    default: [location.externalKeyFile == nil ? .keyFile : .externalKey],
                    externalKeyFile: location.externalKeyFile),
                replacing: force, now: session.now)
        }
        try Configuration.record(store: store.kind, session.surroundings)
        switch store.kind {
        case .file: Console.note("secrets are kept encrypted in \(location.path)")
        case .secretService: Console.note("secrets are kept in the desktop's keyring")
        }
        locks.noteKeyFile()
        if leavesItems {
            Console.note(
                "what the keyring keeps is still there: `keyfob store recover --from-keyring` "
                    + "takes it back, `keyfob store fsck --repair` removes it")
        }
        if isChoiceAlone { try noteOthers(session) }
    }

    /// Makes the machine's store, or puts the owner, group and modes of the one that is there right.
    private func makeMachineStore() throws {
        let session = try AdminSession.start(machine)
        let location = session.location
        try locks.check(for: location)
        guard store.kind == .file else {
            throw CredentialError(
                .badRequest, "the machine's secrets are kept in its file",
                remedy: "leave `--store` out: a keyring is a person's")
        }
        if force {
            try Console.confirm(
                "Everything in \(location.path) will be lost. Go on?", isAgreed: yes)
        }
        try MachineStore.prepare(location)
        if try force || !SealedFile.exists(location) {
            try SealedFile.create(
                location, locks: [.keyFile], replacing: force, now: session.now)
        }
        Console.note(
            "the machine's secrets are kept encrypted in \(location.path); every member of the "
                + "group \(MachineStore.group) can read them")
    }

    /// Says what stays in the other store.
    private func noteOthers(_ session: AdminSession) throws(CredentialError) {
        let others = (try session.open()?.credentials() ?? []).filter { $0.store != store.kind }
        guard !others.isEmpty else { return }
        Console.note(
            "\(others.count) stored before stay where they are; "
                + "`keyfob move --to \(store.rawValue)` brings them over")
    }
}

/// The stores that can be chosen.
enum StoreArgument: String, ExpressibleByArgument, CaseIterable {
    case file
    case secretService = "secret-service"

    var kind: StoreKind { self == .file ? .file : .secretService }
}
