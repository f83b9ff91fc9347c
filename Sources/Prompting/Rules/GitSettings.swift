import ChildProcesses
import CredentialCore

/// What git's own configuration says, of every scope: what git would see where it was started.
struct GitSettings: Sendable {
    /// How long git may take, in milliseconds: it reads a few files.
    private static let patience = 10_000

    private let entries: [(key: String, value: String?)]

    /// Asks git once. Where there is none, nothing is set.
    init(searchPath: String) {
        guard let git = ChildProcess.find("git", path: searchPath),
            let run = try? ChildProcess.run(
                git, ["config", "--list", "-z", "--includes"], deadline: Self.patience),
            run.code == 0
        else {
            self.init([])
            return
        }
        self.init(run.output.withBytes { Array($0) })
    }

    /// Reads what `git config --list -z` writes: each key, a line feed and the value, and NUL after
    /// each; a key alone is one without a value.
    init(_ list: [UInt8]) {
        entries = list.split(separator: 0).map { entry in
            let parts = entry.split(
                separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            return (
                String(decoding: parts[0], as: UTF8.self),
                parts.count == 1 ? nil : String(decoding: parts[1], as: UTF8.self)
            )
        }
    }

    /// The last value of a key, which is the one that holds; nil where it is not set, and where it
    /// has no value. The key is in lower case but for the part between its dots.
    func value(_ key: String) -> String? {
        entries.last { $0.key == key }?.value
    }

    /// Whether a key is set at all.
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// Whether credentials may be asked for: `credential.interactive` of git 2.47, and what others
    /// made of it before.
    var isInteractive: Bool {
        guard let value = value("credential.interactive") else { return true }
        return value != "never" && !GitBoolean.isFalse(value)
    }

    /// The URLs of the repository's remotes.
    var remotes: [String] {
        entries.compactMap { key, value in
            key.hasPrefix("remote.") && key.hasSuffix(".url") ? value : nil
        }
    }
}
