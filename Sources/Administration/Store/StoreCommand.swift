import ArgumentParser

/// `keyfob store`
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Check and mend the encrypted file.",
        subcommands: [FsckCommand.self, RecoverCommand.self, RotateKeyCommand.self])
}
