import ArgumentParser
import CredentialCore

/// What only some sources need to be told. `ImportCommand` takes them by
/// `@OptionGroup var options: ImportOptions` and hands them to `ImportSourceName.source`.
struct ImportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("For env: the name of the credential that the variables make."))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "For kubernetes: a label whose value becomes a scope below the namespace's. May be "
                + "repeated; each lies below the one before.", valueName: "key"))
    var scopeLabel: [String] = []

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp(
            "For sealed: read the passphrase from this file descriptor.", valueName: "number"))
    var passphraseDescriptor: Int32?
}
