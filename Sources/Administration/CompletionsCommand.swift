import ArgumentParser
import CredentialCore

/// `keyfob completions`
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script of a shell.")

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: ShellArgument

    func run() throws {
        Console.print(KeyfobCommand.completionScript(for: shell.shell))
    }
}

/// The shells there are completions for.
enum ShellArgument: String, ExpressibleByArgument, CaseIterable {
    case bash
    case zsh
    case fish

    var shell: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }
}
