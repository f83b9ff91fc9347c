import ArgumentParser
import CredentialCore
import Glibc
import SealedFile

/// `keyfob store`
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Check and mend the encrypted file.",
        subcommands: [FsckCommand.self, RecoverCommand.self, RotateKeyCommand.self])
}

/// `keyfob store fsck`
struct FsckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Check every part of the encrypted file. Nothing is changed.")

    @Flag(help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        struct Problem: Encodable {
            let `class`: String
            let `where`: String
            let message: String
        }

        let ok: Bool
        let problems: [Problem]
    }

    func run() throws {
        let session = try AdminSession.start()
        let problems = SealedFile.check(session.location)
        let isThere = access(session.location.path, F_OK) == 0
        if json {
            let report = Report(
                ok: problems.isEmpty,
                problems: problems.map { problem in
                    .init(
                        class: problem.code.rawValue, where: problem.place,
                        message: problem.message)
                })
            try Console.print(json: report)
        } else if problems.isEmpty {
            Console.print(
                session.location.path + (isThere ? ": no problem found" : ": nothing is stored yet")
            )
        } else {
            for problem in problems {
                Console.print("\(problem.code.rawValue): \(problem.place): \(problem.message)")
            }
        }
        let isOnlyLocked = problems.allSatisfy { $0.code == .locked }
        if !problems.isEmpty { throw ExitCode(isOnlyLocked ? 4 : 1) }
    }
}

/// `keyfob store recover`
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Find a way back to a store that does not open.",
        discussion: """
            Without an option, the key file is made anew if that is what is missing, and otherwise \
            the generation before the last change is looked at and put in the place of a damaged \
            file. Nothing is overwritten that still opens.
            """)

    @Flag(help: "Take the file as it is for the newest, though a newer one was used.")
    var acceptOlder = false

    @Flag(help: "Read the passphrase from standard input.")
    var stdin = false

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        let session = try AdminSession.start()
        do throws(CredentialError) {
            guard try SealedFile.open(session.location) != nil else {
                throw AdminSession.nothingStored
            }
            // With another key at hand it opens all the same, but not for those who have none.
            let keyFile = "\(session.location.stateFolder)/key"
            guard access(keyFile, F_OK) == 0 else {
                throw CredentialError(.locked, "the key file \(keyFile) is missing")
            }
            let problems = SealedFile.check(session.location)
            guard let damage = problems.first(where: { $0.code != .locked }) else {
                let secrets = problems.isEmpty ? "" : ", except its secrets, which are locked"
                Console.note(
                    "\(session.location.path) opens and is whole\(secrets); nothing was changed")
                return
            }
            throw CredentialError(
                .damaged, "\(session.location.path) is damaged (\(damage.place))")
        } catch {
            try recover(session, from: error)
        }
    }

    private func recover(
        _ session: AdminSession, from error: CredentialError
    ) throws(CredentialError) {
        switch error.code {
        case .older where acceptOlder:
            let found = try SealedFile.acceptOlder(session.location)
            report(found, "accepted")
        case .older, .newerVersion, .unsafeFile, .system, .limit, .unreachable, .notFound:
            throw error
        case .locked, .wrongKey:
            try SealedFile.restoreKeyFile(session.location) { () throws(CredentialError) in
                try SecretInput.passphrase(fromStandardInput: stdin)
            }
            Console.note("made \(session.location.stateFolder)/key anew")
        default:
            try Console.confirm(
                "\(error.problem). Go back to the generation before the last change?",
                isAgreed: yes)
            let found = try SealedFile.restorePrevious(session.location)
            report(found, "went back to")
        }
    }

    private func report(_ found: SealedFile.Recovered, _ what: String) {
        let credentials = found.credentialCount == 1 ? "credential" : "credentials"
        Console.note(
            "\(what) generation \(found.generation), \(found.credentialCount) \(credentials)")
    }
}

/// `keyfob store rotate-key`
struct RotateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Seal everything anew under new keys, and choose what opens them.",
        discussion: """
            Use it when a key file may have been seen, or to change how the store is locked: \
            `--lock-with passphrase` asks for a passphrase and drops the key file's slot.
            """)

    @OptionGroup var locks: LockOptions

    @Flag(help: "Read the passphrase that opens the store now from standard input.")
    var stdin = false

    func validate() throws {
        if stdin, locks.passphraseStdin {
            throw ValidationError("standard input holds one passphrase only")
        }
    }

    func run() throws {
        let session = try AdminSession.start()
        let file = try session.requiredStore()
        let location = session.location
        let current = try presentPassphrase(of: file)
        if current == nil { try file.requireUnlocked() }
        let choices = try locks.choices(
            default: file.slotKinds, externalKeyFile: location.externalKeyFile)
        try SealedFile.rotateKeys(
            location, locks: choices, passphrase: current, now: session.now)
        Console.note("sealed anew; older copies of the file open with the old keys only")
        locks.noteKeyFile()
    }

    /// Asked for when the store is locked: where the kernel's keyring is forbidden, `unlock` is no
    /// way to open it first.
    private func presentPassphrase(of file: SealedFile) throws(CredentialError) -> Secret? {
        guard try file.isLocked(), file.slotKinds.contains(.passphrase) else { return nil }
        if stdin { return try SecretInput.read(descriptor: 0) }
        guard Console.isInteractive else { return nil }
        return try SecretInput.prompt(
            "present passphrase: ", otherwise: "give it on standard input with `--stdin`")
    }
}
