import ArgumentParser

/// `keyfob seed`
struct SeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed", abstract: "Bring credentials to many machines, signed and sealed.",
        discussion: """
            On each machine, once: `keyfob keygen`, and `keyfob seed trust` with the \
            administrator's key. The administrator then makes a bundle for all of them, and each \
            applies the same file.

            EXAMPLES:
              machine$ keyfob keygen
              admin$   keyfob keygen --signing
              machine$ keyfob seed trust keyfob-signer1...
              admin$   keyfob seed create --to keyfob-recipient1... --output web.seed ghcr harbor
              machine$ keyfob seed apply web.seed
            """,
        subcommands: [SeedCreateCommand.self, SeedApplyCommand.self, SeedTrustCommand.self])
}
