import ChildProcesses
import CredentialCore

/// The git on PATH. Where there is none, nothing fails before something is asked of it: an undo
/// that has nothing to do needs no git.
struct GitProgram {
    private let program: String?

    init(path: String) {
        program = ChildProcess.find("git", path: path)
    }

    /// Runs git.
    ///
    /// - Throws: `configuration` with git's own words when it refuses, `system` without a git.
    func run(_ arguments: [String]) throws(CredentialError) {
        _ = try output(arguments, silentCode: nil)
    }

    /// The values that a query finds, each ended by NUL.
    func values(_ arguments: [String]) throws(CredentialError) -> [String] {
        // `git config` ends with 1 when nothing is set.
        try output(arguments, silentCode: 1).withBytes { bytes in
            bytes.split(separator: 0, omittingEmptySubsequences: false)
                .dropLast().map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private func output(
        _ arguments: [String], silentCode: Int32?
    ) throws(CredentialError) -> Secret {
        guard let program else {
            throw CredentialError(.system, "git is not on PATH", remedy: "install git")
        }
        let answer = try ChildProcess.run(
            program, arguments, keepsErrors: true, deadline: 10_000)
        guard answer.code == 0 || answer.code == silentCode else {
            let lines = answer.errors.plainText.split(separator: "\n")
            throw CredentialError(
                .configuration, "git refuses: \(lines.last ?? "exit code \(answer.code)")",
                remedy: "mend what it names and try again")
        }
        return answer.output
    }
}
