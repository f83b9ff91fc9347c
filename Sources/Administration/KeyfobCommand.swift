public import ArgumentParser
import CredentialCore

/// `keyfob`: what administrators do with credentials.
public struct KeyfobCommand: ParsableCommand {
    /// Name, help and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "keyfob",
        abstract: "Keep the passwords and tokens of git, docker and the like in one safe place.",
        subcommands: [SetupCommand.self])

    /// The command without a subcommand.
    public init() {}
}
