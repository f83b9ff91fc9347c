import CredentialCore
import Glibc

/// What a program that was started saw of the environment, as a digest.
public struct EnvironmentWitness: Hashable, Sendable {
    /// BLAKE2b of the variables.
    let digest: [UInt8]

    /// What is different in every terminal, session or call, and says nothing about who somebody
    /// is.
    private static let passing: Set<String> = [
        "_", "COLUMNS", "DESKTOP_STARTUP_ID", "GPG_TTY", "INVOCATION_ID", "JOURNAL_STREAM", "LINES",
        "OLDPWD", "PWD", "SHLVL", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "SSLKEYLOGFILE", "STY",
        "SYSTEMD_EXEC_PID", "TERM", "TERM_SESSION_ID", "TMUX", "TMUX_PANE", "WINDOWID",
        "XDG_ACTIVATION_TOKEN", "XDG_SESSION_ID",
    ]

    /// The environment of this process.
    public static func current() -> EnvironmentWitness {
        var entries: [[UInt8]] = []
        var next = environ
        while let entry = next.pointee {
            let bytes = UnsafeRawBufferPointer(start: entry, count: strlen(entry))
            let name = String(decoding: bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            if !passing.contains(name) { entries.append(Sodium.hash(bytes)) }
            next += 1
        }
        // In any order, it is the same environment.
        entries.sort { $0.lexicographicallyPrecedes($1) }
        let all = entries.flatMap { $0 }
        return EnvironmentWitness(digest: all.withUnsafeBytes(Sodium.hash))
    }
}
