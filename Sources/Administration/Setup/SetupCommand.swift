import ArgumentParser

/// `keyfob setup`
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Let git, docker, podman or helm ask Keyfob for credentials.",
        discussion: """
            Changes the client's own configuration and nothing else in it, shows the change, and \
            names the logins that the client will not see any more. `--undo` puts back what was \
            there before.
            """,
        subcommands: [
            SetupDocker.self, SetupGit.self, SetupPodman.self, SetupHelm.self, SetupOAuth.self,
        ])
}

/// What can be said about every client's setup.
struct SetupOptions: ParsableArguments {
    @Flag(help: "Put back what was there before setup.")
    var undo = false

    @Flag(help: "Show the change and make none.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false
}
