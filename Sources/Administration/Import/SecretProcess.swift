import CredentialCore
import Glibc
import ProtectedFiles

/// A program whose output is secret: it is run without a shell, in our environment, and what it
/// writes goes straight into secret memory. What it says on standard error is not kept, for a
/// program that fails may repeat there what it was to hide.
enum SecretProcess {
    /// How a program ended.
    struct Outcome {
        /// The exit code; for a program that a signal ended, 128 and its number, as shells have it.
        let code: Int32
        /// What it wrote to standard output.
        let output: Secret
    }

    private static let outputLimit = 4 << 20

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input; not more than a pipe holds, 64 KiB.
    ///   - deadline: after so many milliseconds it is ended, with all it started.
    /// - Throws: `unreachable` past the deadline, `limit` when it writes more than 4 MiB, `system`
    ///   when it cannot be started.
    static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = [], deadline: Int
    ) throws(CredentialError) -> Outcome {
        let stdin = try pipe()
        // The whole of it fits into the pipe, so nobody has to wait for the program to read.
        _ = input.withUnsafeBytes { write(stdin.writer, $0.baseAddress, $0.count) }
        close(stdin.writer)
        let stdout: (reader: Int32, writer: Int32)
        do throws(CredentialError) {
            stdout = try pipe()
        } catch {
            close(stdin.reader)
            throw error
        }
        defer { close(stdout.reader) }
        _ = fcntl(stdout.reader, F_SETFL, O_NONBLOCK)
        let process = try start(program, arguments, stdin.reader, stdout.writer)
        do throws(CredentialError) {
            return try wait(for: process, stdout.reader, program, until: now() + deadline)
        } catch {
            kill(-process, SIGKILL)
            waitpid(process, nil, 0)
            throw error
        }
    }

    /// Starts the program and gives it its ends of the pipes.
    private static func start(
        _ program: String, _ arguments: [String], _ input: Int32, _ output: Int32
    ) throws(CredentialError) -> pid_t {
        defer {
            close(input)
            close(output)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // A group of its own, so that what it starts can be ended with it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
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

    /// Reads until the program ends. One that leaves a child behind, which keeps the pipe open, has
    /// ended all the same.
    private static func wait(
        for process: pid_t, _ reader: Int32, _ program: String, until end: Int
    ) throws(CredentialError) -> Outcome {
        let output = SecretBuffer(capacity: 4096)
        while true {
            var status: Int32 = 0
            let hasEnded = waitpid(process, &status, WNOHANG) == process
            while read(reader, into: output) {
                guard output.count <= outputLimit else {
                    throw CredentialError(.limit, "\(program) writes more than 4 MiB")
                }
            }
            if hasEnded {
                let signal = status & 0x7F
                return Outcome(
                    code: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: Secret(output))
            }
            guard now() < end else {
                throw CredentialError(.unreachable, "\(program) did not answer in time")
            }
            var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            poll(&waiting, 1, 10)
            // A closed pipe is ready at once and for ever.
            if Int32(waiting.revents) & Int32(POLLIN) == 0 { usleep(2000) }
        }
    }

    /// Reads what is there; false when there is nothing more for now.
    private static func read(_ reader: Int32, into output: SecretBuffer) -> Bool {
        var got = 0
        output.appendInPlace(upTo: 16_384) { room in
            got = Glibc.read(reader, room.baseAddress, room.count)
            return got
        }
        return got > 0
    }

    private static func pipe() throws(CredentialError) -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw SystemFailure.error("cannot make", "a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
