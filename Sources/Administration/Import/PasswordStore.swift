import ChildProcesses
import Configuration
import CredentialCore

/// The program `pass`. It asks for the key's passphrase by way of gpg's own agent.
struct PasswordStore {
    /// Long enough for somebody to type a passphrase.
    private static let deadline = 120_000
    private let program: String

    /// Finds the program.
    ///
    /// - Throws: `unreachable` when it is not on PATH.
    init(_ surroundings: Surroundings) throws(CredentialError) {
        let found = ChildProcess.find("pass", path: surroundings.variable("PATH") ?? "")
        guard let found else {
            throw CredentialError(.unreachable, "pass is not on PATH", remedy: "install it")
        }
        program = found
    }

    /// What an entry says, without the line's end that `pass` adds.
    ///
    /// - Throws: `unreachable` when it fails or takes longer than two minutes.
    func show(_ name: String) throws(CredentialError) -> Secret {
        try run(["show", name]).withoutLineEnds
    }

    /// Removes an entry.
    ///
    /// - Throws: `unreachable` when it fails.
    func remove(_ name: String) throws(CredentialError) {
        _ = try run(["rm", "-f", name])
    }

    private func run(_ arguments: [String]) throws(CredentialError) -> Secret {
        let outcome = try ChildProcess.run(program, arguments, deadline: Self.deadline)
        guard outcome.code == 0 else {
            throw CredentialError(
                .unreachable, "`pass \(arguments[0])` failed with exit code \(outcome.code)",
                remedy: "see if `pass ls` and gpg work")
        }
        return outcome.output
    }
}
