import ChildProcesses
import Configuration
import CredentialCore

/// The certificates that git's own configuration names for a host, where people with an authority of
/// their own have them: `http.sslCAInfo` (git-config(1)).
enum GitCertificates {
    /// How long git may take, in milliseconds: it reads a few files.
    private static let patience = 10_000

    /// The file for an address; nil when git names none. It is asked outside of any repository: one
    /// repository's settings are no reason to trust anybody.
    static func file(for address: Address, _ surroundings: Surroundings) -> String? {
        let url =
            String(decoding: address.scheme, as: UTF8.self) + "://"
            + String(decoding: address.authority, as: UTF8.self) + "/"
        guard let git = ChildProcess.find("git", path: surroundings.variable("PATH") ?? ""),
            let run = try? ChildProcess.run(
                git,
                ["-C", "/", "config", "-z", "--path", "--get-urlmatch", "http.sslCAInfo", url],
                deadline: patience),
            run.code == 0
        else { return nil }
        let path = run.output.withBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return path.hasPrefix("/") ? path : nil
    }
}
