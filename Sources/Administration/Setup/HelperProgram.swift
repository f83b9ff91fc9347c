import ChildProcesses
import Configuration
import CredentialCore
import Glibc

/// Whether a client will find the helper that its configuration names.
enum HelperProgram {
    /// What keeps a client from calling a helper.
    static func warnings(
        _ program: String, _ client: String, _ surroundings: Surroundings
    ) -> [String] {
        guard ChildProcess.find(program, path: surroundings.variable("PATH") ?? "") == nil else {
            return []
        }
        let problem = "\(program) is not on PATH, so \(client) cannot call it"
        guard let folder = ownFolder else { return [problem] }
        guard access("\(folder)/\(program)", X_OK) == 0 else {
            let isLink = program.split(separator: "-").count > 3
            let original = program.split(separator: "-").prefix(3).joined(separator: "-")
            return [
                isLink ? "\(problem); run `ln -s \(original) \(folder)/\(program)`" : problem
            ].map(Printable.text)
        }
        return [Printable.text("\(problem); add \(folder) to PATH")]
    }

    /// What keeps a link of a helper's name from working.
    static func warnings(link: String, _ surroundings: Surroundings) -> [String] {
        guard let configuration = try? Configuration(surroundings), configuration.links[link] == nil
        else { return [] }
        return [
            "the link \(link) has no scope yet; add `[link \"\(link)\"]` with `scope = …` to "
                + Printable.text(surroundings.configurationFile)
        ]
    }

    /// The folder that this program runs from; the helpers are installed beside it.
    private static var ownFolder: String? {
        guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(resolved) }
        let path = String(cString: resolved)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}
