import ArgumentParser
import Bundles
import CredentialCore
import ProtectedFiles

/// `keyfob keygen`
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make the keys that seed bundles are sealed and signed with, and print them.",
        discussion: """
            Each machine that is to be seeded has a key pair of its own: run this there once and \
            give what it prints, the recipient, to the administrator. An administrator has a \
            signing key pair: what `--signing` prints is pinned on the machines with `keyfob seed \
            trust`. Only the public half of either is ever printed; the secret half stays in a \
            file that its owner alone can read. Run again, the same key is printed.

            EXAMPLES:
              keyfob keygen
              sudo keyfob keygen --system
              keyfob keygen --signing --passphrase
              keyfob keygen --signing --output /media/safe/signing-key
            """)

    @Flag(help: "Make an administrator's signing key, not a machine's own.")
    var signing = false

    @Option(
        help: ArgumentHelp(
            "Where the signing key is kept, if not with the other keys.", valueName: "file"))
    var output: String?

    @Flag(help: "Lock the signing key with a passphrase, which is asked for.")
    var passphrase = false

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp(
            "Lock the signing key with the passphrase read from this descriptor.",
            valueName: "number"))
    var passphraseDescriptor: Int32?

    @Flag(help: "Make a new key in place of the one that is there.")
    var new = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        let forSigning = output != nil || passphrase || passphraseDescriptor != nil
        if forSigning, !signing {
            throw ValidationError("`--output` and a passphrase go with `--signing`.")
        }
        if signing, machine.system {
            throw ValidationError("A signing key is an administrator's own, never the machine's.")
        }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        try show(signing ? try signingKey(session) : try machineKey(session))
    }

    /// What is printed.
    private struct Report: Encodable {
        var recipient: String?
        var signer: String?
        var fingerprint: String?
        var file: String
    }

    private func show(_ report: Report) throws(CredentialError) {
        guard !json else { return try Console.print(json: report) }
        Console.print(report.recipient ?? report.signer ?? "")
    }

    private func machineKey(_ session: AdminSession) throws(CredentialError) -> Report {
        let folder = try session.keyFolder()
        let replaces = new && folder.contains(MachineKeyFile.name)
        if replaces {
            try Console.confirm(
                "Bundles that were sealed for the present key will not open any more. Make a "
                    + "new one?", isAgreed: yes)
        }
        let key = try folder.withLock(Folder.seedLock) { () throws(CredentialError) in
            // It may be there since nobody was asked whether to replace one.
            if !replaces, let key = try MachineKeyFile.read(in: folder) { return key }
            let key = MachineKey()
            try MachineKeyFile.write(key, in: folder)
            Console.note("made a key in \(folder.path(of: MachineKeyFile.name))")
            return key
        }
        return Report(
            recipient: key.recipient.text, file: folder.path(of: MachineKeyFile.name))
    }

    private func signingKey(_ session: AdminSession) throws(CredentialError) -> Report {
        if let output { return try signingKey(at: output) }
        let folder = try session.keyFolder()
        let path = folder.path(of: SigningKeyFile.usualName)
        let present = try SigningKeyFile(path)
        if let present, !new { return try report(present) }
        // Whatever is asked is asked first: others wait for the lock.
        let (key, content) = try newSigningKey(inPlaceOf: present)
        return try folder.withLock(Folder.seedLock) { () throws(CredentialError) in
            if let other = try SigningKeyFile(path), other.signer != present?.signer {
                return try report(other)
            }
            try content.withBytes { (bytes) throws(CredentialError) in
                try folder.replace(SigningKeyFile.usualName, with: bytes)
            }
            return made(key, path)
        }
    }

    /// The key in a file that somebody names: no other file is ever replaced.
    private func signingKey(at output: String) throws(CredentialError) -> Report {
        let (parent, name) = FilePlace.split(output)
        guard !name.isEmpty, let folder = try Folder(opening: parent) else {
            throw CredentialError(
                .notFound, "there is no folder \(parent)", remedy: "make it, then try again")
        }
        let path = folder.path(of: name)
        let present = try SigningKeyFile(path)
        if let present, !new { return try report(present) }
        let (key, content) = try newSigningKey(inPlaceOf: present)
        do throws(CredentialError) {
            let target = try ExportTarget(path, mayReplace: present != nil)
            try content.withBytes { (bytes) throws(CredentialError) in try target.write(bytes) }
        } catch  where error.code == .conflict {
            throw CredentialError(
                .conflict, "\(path) was made by somebody else meanwhile",
                remedy: "run the command again to see its key")
        }
        return made(key, path)
    }

    private func newSigningKey(
        inPlaceOf present: SigningKeyFile?
    ) throws(CredentialError) -> (key: SigningKey, content: Secret) {
        if present != nil {
            try Console.confirm(
                "Machines trust no bundle of a new key until it is pinned there. Make one in "
                    + "place of the present key?", isAgreed: yes)
        }
        let key = SigningKey()
        return (key, try SigningKeyFile.content(key, passphrase: try newPassphrase()))
    }

    private func report(_ present: SigningKeyFile) throws(CredentialError) -> Report {
        guard present.isLocked || !(passphrase || passphraseDescriptor != nil) else {
            throw CredentialError(
                .conflict, "\(present.path) holds a key that no passphrase locks",
                remedy: "add `--new` for another key, or use this one as it is")
        }
        return Report(
            signer: present.signer.text, fingerprint: present.signer.fingerprint,
            file: present.path)
    }

    private func made(_ key: SigningKey, _ path: String) -> Report {
        Console.note("made a signing key in \(path), fingerprint \(key.signer.fingerprint)")
        return Report(
            signer: key.signer.text, fingerprint: key.signer.fingerprint, file: path)
    }

    private func newPassphrase() throws(CredentialError) -> Secret? {
        if let passphraseDescriptor {
            return try SecretInput.read(descriptor: passphraseDescriptor)
        }
        guard passphrase else { return nil }
        return try SecretInput.promptTwice(
            "passphrase", otherwise: "give it on a file descriptor with `--passphrase-fd N`")
    }
}
