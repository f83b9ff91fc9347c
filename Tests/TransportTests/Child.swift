import Foundation
import Glibc

/// A program that is spoken to line by line. It ends with the last reference to it.
///
/// Foundation's `Process` passes its thread's blocked signals on, and waits for the end in a way
/// that blocks the threads other tests run on.
final class Child {
    private let process: pid_t
    private let channel: FileHandle
    private var received = Data()

    init(_ path: String, _ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        defer { close(ends[1]) }
        channel = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawn(&process, path, &actions, nil, &words, environ) == 0 else {
            throw POSIXError(.ENOENT)
        }
        self.process = process
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    func write(_ line: Data) throws {
        try channel.write(contentsOf: line + [10])
    }

    /// Waits for a line; nil at the end.
    func read() throws -> Data? {
        while true {
            if let end = received.firstIndex(of: 10) {
                defer { received = Data(received[(end + 1)...]) }
                return Data(received[..<end])
            }
            let more = channel.availableData
            guard !more.isEmpty else { return nil }
            received += more
        }
    }
}
