import ArgumentParser
import CredentialCore
import Glibc

/// Where the secret comes from.
struct SecretOptions: ParsableArguments {
    @Flag(help: "Read the secret from standard input; one line end after it is dropped.")
    var stdin = false

    @Option(
        name: .customLong("fd"),
        help: ArgumentHelp("Read the secret from this file descriptor.", valueName: "number"))
    var descriptor: Int32?

    @Option(help: ArgumentHelp("Read the secret from this file.", valueName: "path"))
    var file: String?

    @Flag(help: "What is read is `user:password`, in one line.")
    var login = false

    /// Where the options say it is; nil when they do not.
    var source: FieldSource? {
        stdin
            ? .descriptor(STDIN_FILENO)
            : descriptor.map(FieldSource.descriptor) ?? file.map(FieldSource.file)
    }

    /// Whether one of the options was given.
    var isGiven: Bool { source != nil || login }

    func validate() throws {
        let given = [("--stdin", stdin), ("--fd", descriptor != nil), ("--file", file != nil)]
            .filter(\.1).map(\.0)
        if given.count > 1 {
            throw ValidationError("`\(given[0])` and `\(given[1])` cannot be used together.")
        }
        if let descriptor, descriptor < 0 {
            throw ValidationError("`--fd` takes the number of an open descriptor.")
        }
    }
}
