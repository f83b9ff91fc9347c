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

    /// Whether one of the options was given.
    var isGiven: Bool { stdin || descriptor != nil }

    func validate() throws {
        if stdin, descriptor != nil {
            throw ValidationError("`--stdin` and `--fd` cannot be used together.")
        }
    }

    /// Reads the secret, asking for it when no option says where it is.
    func read(_ what: String) throws(CredentialError) -> Secret {
        if let descriptor { return try SecretInput.read(descriptor: descriptor) }
        if stdin { return try SecretInput.read(descriptor: STDIN_FILENO) }
        return try SecretInput.promptTwice(
            what, otherwise: "give the \(what) on standard input with `--stdin`, or with `--fd N`")
    }
}
