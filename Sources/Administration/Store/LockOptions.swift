import ArgumentParser
import CredentialCore
import SealedFile

/// What a store is locked with.
struct LockOptions: ParsableArguments {
    @Option(
        name: .customLong("lock-with"), parsing: .upToNextOption,
        help: "What opens the store: key-file, passphrase, external-key. Several are each enough.")
    var kinds: [SlotArgument] = []

    @Option(help: "The key file of `external-key`; by default KEYFOB_KEY_FILE.")
    var keyFile: String?

    @Flag(help: "Read the passphrase from standard input.")
    var passphraseStdin = false

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
        for kind in kinds.isEmpty ? fallback : kinds.map(\.kind) {
            switch kind {
            case .keyFile: choices.append(.keyFile)
            case .passphrase:
                choices.append(
                    .passphrase(
                        passphraseStdin
                            ? try SecretInput.read(descriptor: 0)
                            : try SecretInput.promptTwice("passphrase")))
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
