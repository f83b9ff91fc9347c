import CLinux
import ChildProcesses
import CredentialCore
import Glibc
import Launch

/// A run of `ssh-keygen`, the judge of what is a private key.
///
/// The key is handed over in memory, the passphrase by our askpass program: the environment names
/// no more than the descriptor it comes from.
struct SSHKeygen {
    /// Whether it succeeded.
    let isDone: Bool
    /// Whether it asked for a passphrase: the key is locked.
    let hasAsked: Bool
    let output: [UInt8]
    private let errors: [UInt8]

    /// Whether it says that the passphrase is another's.
    var isRefused: Bool { reason.contains("incorrect passphrase") }

    /// Why it failed: the last thing it says, without the file's name.
    var reason: String {
        let last = errors.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.last ?? []
        return Printable.text(last).split(separator: ": ").last.map(String.init)
            ?? "no reason given"
    }

    /// A key that is locked with many rounds takes seconds to open.
    private static let deadline = 20_000
    /// What a public key and its comment may have, with room to spare.
    private static let limit = 64 << 10
    /// Where it finds what it is handed.
    private static let (key, passphrase): (Int32, Int32) = (3, 4)

    /// Has it work out the public key of a private one.
    ///
    /// - Throws: `system` when there is no `ssh-keygen`, `unreachable` when it takes too long.
    static func publicKey(
        of privateKey: Secret, passphrase: Secret?
    ) throws(CredentialError) -> SSHKeygen {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        guard let program = ChildProcess.find("ssh-keygen", path: path) else {
            throw CredentialError(
                .system, "ssh-keygen is not on PATH, and it takes this to read a private key",
                remedy: "install openssh-client")
        }
        let askpass = try LibexecProgram.path(of: "keyfob-askpass")
        let key = try MemoryFile(privateKey)
        defer { withExtendedLifetime(key) {} }
        // Without a passphrase it is answered an empty line, which shows that it asked.
        let answer = try AnswerPipe(passphrase ?? Secret(copying: [UInt8(ascii: "\n")]))
        let output = try MemoryFile.create()
        defer { close(output) }
        let errors = try MemoryFile.create()
        defer { close(errors) }
        let process = try start(
            program, ["-y", "-f", "/proc/self/fd/\(Self.key)"], askpass: askpass,
            descriptors: [output, errors, key.descriptor, answer.reader])
        let status = try wait(for: process)
        let text = contents(of: output)
        // Where whoever started us ignores SIGCHLD, there is no status: then a key is the sign.
        return SSHKeygen(
            isDone: status == 0 && !text.isEmpty, hasAsked: answer.isTaken, output: text,
            errors: contents(of: errors))
    }

    /// Starts a program in a session of its own, so that no terminal is asked.
    private static func start(
        _ program: String, _ arguments: [String], askpass: String, descriptors: [Int32]
    ) throws(CredentialError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let end = STDOUT_FILENO + Int32(descriptors.count)
        // First out of the way of each other.
        let away = max(end, descriptors.max() ?? 0)
        for (number, descriptor) in zip(STDOUT_FILENO..., descriptors) {
            posix_spawn_file_actions_adddup2(&actions, descriptor, away + number)
        }
        for number in STDOUT_FILENO..<end {
            posix_spawn_file_actions_adddup2(&actions, away + number, number)
        }
        linux_start_without_descriptors(&actions, end)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        linux_start_fresh(&attributes, 1)

        var words = ([program] + arguments).map { strdup($0) }
        var variables = environment(askpass).map { strdup($0) }
        defer { for word in words + variables { free(word) } }
        words.append(nil)
        variables.append(nil)
        var process = pid_t()
        let number = posix_spawn(&process, program, &actions, &attributes, words, variables)
        guard number == 0 else {
            throw CredentialError(
                .system, "cannot start \(program): \(String(cString: strerror(number)))")
        }
        return process
    }

    private static func environment(_ askpass: String) -> [String] {
        let ours = [
            "SSH_ASKPASS=\(askpass)", "SSH_ASKPASS_REQUIRE=force",
            "KEYFOB_ASKPASS_FD=\(passphrase)",
        ]
        let theirs = sequence(state: environ) { next -> String? in
            defer { next += 1 }
            return next.pointee.map { String(cString: $0) }
        }
        return ours + theirs.filter { !$0.hasPrefix("SSH_ASKPASS") }
    }

    private static func wait(for process: pid_t) throws(CredentialError) -> Int32 {
        let deadline = Deadline(milliseconds: Self.deadline)
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            guard deadline.remaining > 0 else {
                kill(-process, SIGKILL)
                waitpid(process, nil, 0)
                throw CredentialError(
                    .unreachable, "ssh-keygen did not answer in time",
                    remedy: "try it by hand: `ssh-keygen -y -f FILE`")
            }
            usleep(2000)
        }
        return status
    }

    private static func contents(of descriptor: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { room, count in
            count = max(pread(descriptor, room.baseAddress, limit, 0), 0)
        }
    }
}

/// A pipe that holds a passphrase until it is taken.
private final class AnswerPipe {
    let reader: Int32

    init(_ passphrase: Secret) throws(CredentialError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CredentialError(
                .system, "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        reader = ends[0]
        _ = fcntl(reader, F_SETFD, FD_CLOEXEC)
        // It fits: a pipe holds 64 KiB.
        _ = passphrase.withBytes { write(ends[1], $0.baseAddress, $0.count) }
        close(ends[1])
    }

    deinit { close(reader) }

    /// Whether nothing is left to be read.
    var isTaken: Bool {
        var count: Int32 = 0
        return ioctl(reader, UInt(FIONREAD), &count) == 0 && count == 0
    }
}
