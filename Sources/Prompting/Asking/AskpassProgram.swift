import ChildProcesses
import CredentialCore

/// A program that asks a question and writes the answer to standard output, as git and ssh call it
/// (gitcredentials(7), `GIT_ASKPASS`).
final class AskpassProgram: Conversation {
    /// A question has a window of its own, and editors read it: it is git's, and nothing else.
    let isPatient = false
    let showsPages = false
    private let program: String
    private let deadline: PersonsDeadline

    /// - Parameter program: its path.
    init(_ program: String, until deadline: PersonsDeadline) {
        self.program = program
        self.deadline = deadline
    }

    func tell(_ line: String) { ErrorStream.write(line) }

    func announce(_ lines: [String]) { for line in lines { tell(line) } }

    func ask(_ prompt: String) throws(CredentialError) -> [UInt8] {
        try askSecret(prompt).withBytes { Array($0) }
    }

    func askSecret(_ prompt: String) throws(CredentialError) -> Secret {
        let rest = deadline.remaining
        guard rest > 0 else { throw deadline.error }
        let run: ChildProcess
        do throws(CredentialError) {
            run = try ChildProcess.run(
                program, [prompt], isForPerson: true, limit: 1 << 20, deadline: rest)
        } catch  where error.code == .unreachable {
            throw deadline.error
        }
        guard run.code == 0 else {
            throw CredentialError(
                .unreachable, "\(program) gave no answer", remedy: "try again on a terminal")
        }
        return run.output.firstLine
    }
}

extension Secret {
    /// What stands before the first line end, as git cuts what an askpass program writes.
    var firstLine: Secret {
        withBytes { bytes in
            let end = bytes.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            return Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[..<(end ?? bytes.count)]))
        }
    }
}
