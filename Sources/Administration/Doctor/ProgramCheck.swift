import ChildProcesses
import Configuration
import CredentialCore
import HostAccess

/// Whether clients find the helper programs, and those of this version.
enum ProgramCheck {
    /// A helper that starts, or does not.
    private static let deadline = 5000

    /// Looks at a helper.
    ///
    /// - Parameters:
    ///   - program: `git-credential-keyfob`.
    ///   - path: where a client's configuration says that it is; nil to look on PATH.
    static func finding(
        _ program: String, at path: String? = nil, for client: String,
        _ surroundings: Surroundings
    ) -> Diagnosis.Finding {
        let found =
            path ?? ChildProcess.find(program, path: surroundings.variable("PATH") ?? "")
        guard let found else {
            let warning = HelperProgram.warnings(program, client, surroundings).first ?? ""
            let parts = warning.split(separator: "; ", maxSplits: 1).map(String.init)
            return .init(
                "program", .bad, parts.first ?? "\(program) is not on PATH",
                remedy: parts.count > 1 ? parts[1] : "install it, or add its folder to PATH")
        }
        do throws(CredentialError) {
            let answer = try ChildProcess.run(found, ["--version"], deadline: deadline)
            let version = answer.output.plainText.split { $0 == " " || $0 == "\n" }.last ?? ""
            guard answer.code == 0, version == Version.text else {
                return .init(
                    "program", .bad,
                    "\(found) is of version \(Printable.text(version.utf8.prefix(40))), and this "
                        + "is \(Version.text)",
                    remedy: "install all programs of one version together")
            }
        } catch {
            let remedy =
                path == nil
                ? "install all programs of one version together"
                : "install it there, or have \(client) ask the one on PATH with "
                    + "`keyfob setup \(client)`"
            return .init("program", .bad, error.problem, remedy: error.remedy ?? remedy)
        }
        return .init("program", .good, "\(found), version \(Version.text)")
    }
}
