import CredentialCore
import Glibc
import ProtectedFiles

/// A program that is run to its end, without a shell, with our environment and no input.
struct ChildProcess {
    /// The exit code; for a program that a signal ended, 128 and its number, as shells have it.
    let code: Int32
    /// What it wrote to standard output.
    let output: [UInt8]
    /// What it wrote to standard error.
    let errors: [UInt8]

    /// The absolute path of a program on PATH; nil when there is none.
    static func find(_ name: String, path: String) -> String? {
        path.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first { file in
                var status = stat()
                return stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                    && access(file, X_OK) == 0
            }
    }

    /// Runs a program.
    ///
    /// - Parameter deadline: after so many milliseconds it is ended, with all it started.
    /// - Throws: `unreachable` past the deadline, `limit` when it writes more than 4 MiB, `system`
    ///   when it cannot be started.
    static func run(
        _ program: String, _ arguments: [String], deadline: Int
    ) throws(CredentialError) -> ChildProcess {
        var streams: [Stream] = []
        defer { for stream in streams { stream.close() } }
        for _ in 0..<2 { streams.append(try Stream()) }
        let process = try start(program, arguments, streams.map(\.writer))
        for index in streams.indices { streams[index].closeWriter() }
        do throws(CredentialError) {
            let code = try wait(for: process, &streams, program, until: now() + deadline)
            return ChildProcess(code: code, output: streams[0].bytes, errors: streams[1].bytes)
        } catch {
            kill(-process, SIGKILL)
            waitpid(process, nil, 0)
            throw error
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], _ outputs: [Int32]
    ) throws(CredentialError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputs[0], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], STDERR_FILENO)
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

    /// Reads until the program ends. One that leaves a child behind, which keeps the pipes open, has
    /// ended all the same.
    private static func wait(
        for process: pid_t, _ streams: inout [Stream], _ program: String, until end: Int
    ) throws(CredentialError) -> Int32 {
        while true {
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG) == process
            for index in streams.indices {
                while try streams[index].read(program) {}
            }
            if ended {
                let signal = status & 0x7F
                return signal == 0 ? status >> 8 & 0xFF : 128 + signal
            }
            guard now() < end else {
                throw CredentialError(.unreachable, "\(program) did not answer in time")
            }
            var waiting = streams.filter { !$0.isAtEnd }
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

/// A pipe from a program, and what came through it.
private struct Stream {
    private(set) var reader: Int32
    private(set) var writer: Int32
    private(set) var bytes: [UInt8] = []
    private(set) var isAtEnd = false

    init() throws(CredentialError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemFailure.error("cannot make", "a pipe") }
        reader = ends[0]
        writer = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    /// Reads what is there; false when there is nothing more for now.
    mutating func read(_ program: String) throws(CredentialError) -> Bool {
        guard !isAtEnd else { return false }
        var part = [UInt8](repeating: 0, count: 16_384)
        let got = Glibc.read(reader, &part, part.count)
        if got == 0 { isAtEnd = true }
        guard got > 0 else { return false }
        bytes += part[..<got]
        guard bytes.count <= 4 << 20 else {
            throw CredentialError(.limit, "\(program) writes more than 4 MiB")
        }
        return true
    }

    mutating func closeWriter() {
        Glibc.close(writer)
        writer = -1
    }

    func close() {
        Glibc.close(reader)
        if writer >= 0 { Glibc.close(writer) }
    }
}
