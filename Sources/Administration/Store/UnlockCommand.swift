import ArgumentParser
import Configuration
import CredentialCore
import Keyring
import SealedFile

/// `keyfob unlock`
struct UnlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Open the desktop's keyring, or a file that is locked by a passphrase.",
        discussion: """
            The keyring asks for its password in a window of its own, and stays open as long as \
            the desktop has it so.

            A passphrase is asked for here. The key is kept in the kernel's keyring of your \
            user, where other users cannot read it; it is gone after the time, after \
            `keyfob lock`, and after a restart.
            """)

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("For how long a file is open: 15m, 8h, 2d.", valueName: "time"))
    var span = "8h"

    @Flag(help: "Read the passphrase from standard input.")
    var stdin = false

    func run() throws {
        guard let seconds = Moment.span(span).flatMap({ UInt32(exactly: $0) }) else {
            throw CredentialError(
                .badRequest, "`\(span)` is not a span of time", remedy: "write 15m, 8h or 2d")
        }
        let session = try AdminSession.start()
        guard try session.usesKeyring() else {
            return try unlockFile(try session.requiredStore(), session, seconds)
        }
        // Neither waits for the other: there may be a file to open where there is no desktop.
        let failure = Result { () throws(CredentialError) in try session.unlockKeyring() }
        if case .success = failure { Console.note("the keyring is open") }
        if let file = try session.open(), file.slotKinds.contains(.passphrase),
            try file.credentials().contains(where: { $0.store == .file })
        {
            try unlockFile(file, session, seconds)
        }
        try failure.get()
    }

    private func unlockFile(
        _ file: SealedFile, _ session: AdminSession, _ seconds: UInt32
    ) throws(CredentialError) {
        guard file.slotKinds.contains(.passphrase) else {
            try file.requireUnlocked()
            Console.note("\(session.location.path) is not locked by a passphrase")
            return
        }
        let passphrase = try SecretInput.passphrase(fromStandardInput: stdin)
        try file.unlock(passphrase: passphrase, seconds: seconds)
        Console.note("unlocked for \(span)")
    }
}

/// `keyfob lock`
struct LockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Lock the desktop's keyring, and forget the key of a file with a passphrase.",
        discussion: """
            The keyring is locked for every program on the desktop, not for Keyfob alone. Tokens \
            that were minted from access keys kept there are forgotten.
            """)

    func run() throws {
        let session = try AdminSession.start()
        guard try session.usesKeyring() else { return try lockFile(session.requiredStore()) }
        // The file first: its key is in our hands, the keyring may not even be there.
        if let file = try session.open(), file.slotKinds.contains(.passphrase) {
            try lockFile(file)
        }
        session.forgetTokensOfKeyring()
        _ = try session.keyring.ask(.lock)
        Console.note("the keyring is locked")
    }

    private func lockFile(_ file: SealedFile) throws(CredentialError) {
        try TokenCache(file.location, beside: file).forgetLocked()
        let wasOpen = file.lock()
        guard try file.isLocked() else {
            let openers = file.slotKinds.filter { $0 != .passphrase }.map(\.rawValue)
            Console.note(
                "\(file.location.path) stays open by its \(openers.joined(separator: ", ")); "
                    + "lock it with `keyfob store rotate-key --lock-with passphrase`")
            return
        }
        Console.note(wasOpen ? "locked" : "it was locked already")
    }
}

extension SecretInput {
    /// The passphrase a store has.
    static func passphrase(fromStandardInput: Bool) throws(CredentialError) -> Secret {
        fromStandardInput
            ? try read(descriptor: 0)
            : try prompt(
                "passphrase: ", otherwise: "give the passphrase on standard input with `--stdin`")
    }
}

extension SealedFile {
    /// - Throws: `locked` when the secrets cannot be read now.
    func requireUnlocked() throws(CredentialError) {
        if try isLocked() {
            throw CredentialError(
                .locked, "the store \(location.path) is locked",
                remedy: slotKinds.contains(.passphrase)
                    ? "run `keyfob unlock`" : "set KEYFOB_KEY_FILE to the key file that opens it")
        }
    }
}

extension AdminSession {
    /// The store, which must be there.
    func requiredStore() throws(CredentialError) -> SealedFile {
        guard let file = try open() else { throw Self.nothingStored }
        return file
    }

    /// Whether secrets rest in the keyring, or are to go there.
    func usesKeyring() throws(CredentialError) -> Bool {
        if configuration.store == .secretService { return true }
        return try open()?.credentials().contains { $0.store == .secretService } ?? false
    }

    static let nothingStored = CredentialError(
        .notFound, "nothing is stored yet",
        remedy: "log in with git or docker, or `keyfob add`")
}
