import ArgumentParser
import CredentialCore
import Glibc
import SealedFile

/// What a store is locked with.
struct LockOptions: ParsableArguments {
    @Option(
        name: .customLong("lock-with"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "What opens the store: key-file, passphrase, external-key. Several are each enough.",
            valueName: "kind"))
    var kinds: [SlotArgument] = []

    @Option(
        help: ArgumentHelp(
            "The key file of `external-key`; by default KEYFOB_KEY_FILE.", valueName: "path"))
    var keyFile: String?

    @Flag(help: "Read the passphrase from standard input.")
    var passphraseStdin = false

    /// Whether any of the options was given.
    var isGiven: Bool { !kinds.isEmpty || keyFile != nil || passphraseStdin }

    func validate() throws {
        if keyFile != nil, !kinds.isEmpty, !kinds.contains(.externalKey) {
            throw ValidationError("`--key-file` goes with `--lock-with external-key`.")
        }
    }

    /// Checks that a store may be locked so: the machine's answers all members of its group, so no
    /// person's passphrase and no further file can stand before it.
    func check(for location: StoreLocation) throws(CredentialError) {
        guard location.isMachines, keyFile != nil || kinds.contains(where: { $0 != .keyFile })
        else { return }
        throw CredentialError(
            .badRequest, "the machine's store is opened by its key file alone",
            remedy: "leave `--lock-with` out: who is a member of its group may read it")
    }

    /// The session's store location, with the key file that was named.
    func location(_ session: AdminSession) throws(CredentialError) -> StoreLocation {
        var location = session.location
        if let keyFile { location.externalKeyFile = keyFile }
        return location
    }

    /// The choices, or the given ones when no option says anything.
    func choices(
        default fallback: [SealedFile.SlotKind], externalKeyFile: String? = nil
    ) throws(CredentialError) -> [SealedFile.LockChoice] {
        var choices: [SealedFile.LockChoice] = []
        let unsaid = keyFile == nil ? fallback : [.externalKey]
        for kind in kinds.isEmpty ? unsaid : kinds.map(\.kind) {
            switch kind {
            case .keyFile: choices.append(.keyFile)
            case .passphrase:
                choices.append(
                    .passphrase(
                        passphraseStdin
                            ? try SecretInput.read(descriptor: 0)
                            : try SecretInput.promptTwice(
                                "passphrase",
                                otherwise: "give it on standard input with `--passphrase-stdin`")))
            case .externalKey:
                guard let path = keyFile ?? externalKeyFile else {
                    throw CredentialError(
                        .badRequest, "an external key needs a file",
                        remedy: "name it with `--key-file PATH`")
                }
                choices.append(.externalKey(path: path))
            }
        }
        return choices
    }

    /// Says where the key file is to be named from now on, when it was named here alone.
    func noteKeyFile() {
        guard let path = keyFile.flatMap({ realpath($0, nil) }) else { return }
        defer { free(path) }
        let text = Printable.text(String(cString: path))
        Console.note("set KEYFOB_KEY_FILE=\(text) wherever secrets are needed")
    }
}

/// The kinds of key slots.
enum SlotArgument: String, ExpressibleByArgument, CaseIterable {
    case keyFile = "key-file"
    case passphrase
    case externalKey = "external-key"

    var kind: SealedFile.SlotKind {
        switch self {
        case .keyFile: .keyFile
        case .passphrase: .passphrase
        case .externalKey: .externalKey
        }
    }
}
