public import ArgumentParser
import CredentialCore
import Glibc

/// `keyfob`: what administrators do with credentials.
public struct KeyfobCommand: ParsableCommand {
    /// Name, help and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "keyfob",
        abstract: "Keep the passwords and tokens of git, docker and the like in one safe place.",
        discussion: """
            git, docker, podman and helm ask small helpers for credentials; this command is for \
            the person who looks after them. Begin with `keyfob setup docker` or `keyfob setup \
            git`, then log in as always.

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 locked or unreachable.
            """,
        version: "keyfob \(Version.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Start",
                subcommands: [
                    InitCommand.self, SetupCommand.self, StatusCommand.self, DoctorCommand.self,
                ]),
            CommandGroup(
                name: "Credentials",
                subcommands: [
                    LoginCommand.self, LogoutCommand.self, AddCommand.self, ListCommand.self,
                    ShowCommand.self, EditCommand.self, RenameCommand.self, BindCommand.self,
                    UnbindCommand.self, RemoveCommand.self, ExplainCommand.self,
                    RefreshCommand.self, DedupeCommand.self, ResetCommand.self,
                ]),
            CommandGroup(
                name: "Many",
                subcommands: [
                    ImportCommand.self, ExportCommand.self, SeedCommand.self, KeygenCommand.self,
                ]),
            CommandGroup(
                name: "Store",
                subcommands: [
                    UnlockCommand.self, LockCommand.self, MoveCommand.self, StoreCommand.self,
                ]),
            CommandGroup(name: "Shell", subcommands: [CompletionsCommand.self]),
        ])

    /// The command without a subcommand.
    public init() {}

    /// Runs what the arguments say and ends the process with the exit code that fits.
    public static func run() -> Never {
        fillStandardDescriptors()
        do {
            var command = try parseAsRoot()
            try command.run()
            Glibc.exit(0)
        } catch let error as CredentialError {
            Console.note(error.message)
            Glibc.exit(exitCode(of: error))
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            let code = exitCode(for: error)
            if code == .success {
                Console.print(fullMessage(for: error))
                Glibc.exit(0)
            }
            Console.note(usageProblem(message(for: error)))
            Glibc.exit(code == .validationFailure ? 2 : 1)
        }
    }

    /// Where a standard stream is closed, a file that is opened would become it, and be written to
    /// in its place. What stands there now cannot be used the way the stream would be.
    private static func fillStandardDescriptors() {
        for (descriptor, way) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)] {
            if fcntl(Int32(descriptor), F_GETFD) < 0 { _ = open("/dev/null", way) }
        }
    }

    /// What is wrong with the arguments, and the help to read, in one line as every error is.
    private static func usageProblem(_ message: String) -> String {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let clause = line.prefix(1).lowercased() + line.dropFirst()
        return Printable.text(
            (clause.hasSuffix(".") ? String(clause.dropLast()) : clause)
                + "; see `\(namedCommand) --help`")
    }

    /// The command that the arguments name: `keyfob store fsck`.
    private static var namedCommand: String {
        var command: any ParsableCommand.Type = KeyfobCommand.self
        var words = ["keyfob"]
        for argument in CommandLine.arguments.dropFirst() {
            let configuration = command.configuration
            let known =
                configuration.subcommands
                + configuration.groupedSubcommands.flatMap(\.subcommands)
            guard let next = known.first(where: { $0.configuration.commandName == argument })
            else { break }
            command = next
            words.append(argument)
        }
        return words.joined(separator: " ")
    }

    private static func exitCode(of error: CredentialError) -> Int32 {
        switch error.code {
        case .badRequest: 2
        case .notFound: 3
        case .locked, .unreachable, .absent: 4
        default: 1
        }
    }
}
