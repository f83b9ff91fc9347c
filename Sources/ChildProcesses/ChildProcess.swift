import CLinux
public import CredentialCore
import Glibc
import ProtectedFiles

/// A program that is run to its end, without a shell and with our environment. What it writes may
/// be secret, so it goes straight into secret memory.
public struct ChildProcess {
    /// The exit code; for a program that a signal ended, 128 and its number, as shells have it.
    public let code: Int32
    /// What it wrote to standard output.
    public let output: Secret
    /// What it wrote to standard error, if that was to be kept.
    public let errors: Secret

    /// The path of a program as people name it: one with a slash is a path, any other's is looked
    /// for on PATH; nil when there is none.
    public static func path(of name: String, path: String) -> String? {
        let file = name.contains("/") ? name : find(name, path: path)
        return file.flatMap { access($0, X_OK) == 0 ? $0 : nil }
    }

    /// The absolute path of a program on PATH; nil when there is none.
    public static func find(_ name: String, path: String) -> String? {
        path.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first { file in
                var status = stat()
                return stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                    && access(file, X_OK) == 0
            }
    }

    /// Runs a program.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input; not more than a pipe holds, 64 KiB.
    ///   - keepsErrors: whether standard error is kept. A program that fails may repeat there what
    ///     it was to hide.
    ///   - isForPerson: whether it asks a person: it then writes to our standard error, and is of
    ///     our process group, since a terminal stops what reads it from another.
    ///   - limit: how many bytes it may write.
    ///   - deadline: after so many milliseconds it is ended, with all it started in its group, or
    ///     for a person in our session.
    /// - Throws: `unreachable` past the deadline, `limit`, `system` when it cannot be started.
    public static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = [], keepsErrors: Bool = false,
        isForPerson: Bool = false, limit: Int = 4 << 20, deadline: Int
    ) throws(CredentialError) -> ChildProcess {
        var pipes: [ChildPipe] = []
        defer { for pipe in pipes { pipe.close() } }
        for _ in 0..<3 { pipes.append(try ChildPipe(limit: limit)) }
        pipes[0].fill(input)
        // What it leaves behind can then be found at the deadline.
        if isForPerson { linux_adopt_orphans(1) }
        defer { if isForPerson { linux_adopt_orphans(0) } }
        let process = try start(
            program, arguments, input: pipes[0].reader, output: pipes[1].writer,
            errors: keepsErrors ? pipes[2].writer : nil, isForPerson: isForPerson)
        for index in pipes.indices { pipes[index].closeWriter() }
        do throws(CredentialError) {
            let code = try wait(for: process, &pipes, program, until: now() + deadline)
            return ChildProcess(
                code: code, output: Secret(pipes[1].bytes), errors: Secret(pipes[2].bytes))
        } catch {
            if isForPerson { Descendants.end() } else { kill(-process, SIGKILL) }
            waitpid(process, nil, 0)
            throw error
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32?,
        isForPerson: Bool
    ) throws(CredentialError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        if let errors {
            posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        } else if !isForPerson {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        linux_start_without_descriptors(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that what it starts can be ended with it.
        if !isForPerson {
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
            posix_spawnattr_setpgroup(&attributes, 0)
        }
        linux_start_fresh(&attributes, 0)
        var words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var process = pid_t()
        let failure = posix_spawn(&process, program, &actions, &attributes, words, environ)
        guard failure == 0 else {
            throw SystemFailure.error("cannot start", program, number: failure)
        }
        return process
    }

    /// Reads until the program ends. One that leaves a child behind, which keeps the pipes open,
    /// has ended all the same.
    private static func wait(
        for process: pid_t, _ pipes: inout [ChildPipe], _ program: String, until end: Int
    ) throws(CredentialError) -> Int32 {
        while true {
            var status: Int32 = 0
            let hasEnded = waitpid(process, &status, WNOHANG) == process
            for index in 1...2 {
                while try pipes[index].read(program) {}
            }
            if hasEnded {
                let signal = status & 0x7F
                return signal == 0 ? status >> 8 & 0xFF : 128 + signal
            }
            guard now() < end else {
                throw CredentialError(.unreachable, "\(program) did not answer in time")
            }
            var waiting = pipes[1...2].filter { !$0.isAtEnd }
                .map { pollfd(fd: $0.reader, events: Int16(POLLIN), revents: 0) }
            // Without open pipes this is a pause, after which the program has ended.
            poll(&waiting, nfds_t(waiting.count), 10)
        }
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
