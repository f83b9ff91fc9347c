import ArgumentParser
import CredentialCore
import SealedFile

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

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        if stdin, locks.passphraseStdin {
            throw ValidationError("standard input holds one passphrase only")
        }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        try locks.check(for: session.location)
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
