import CLinux
import ChildProcesses
import Configuration
import Glibc
import Launch

/// A browser on its way to a page: a program in a session of its own, so that it outlives us, with
/// nothing of ours to read from or write to: git reads what stands on our standard output.
struct RunningBrowser {
    /// How long a program may take to find that it cannot open a page, in milliseconds.
    private static let patience = 5000
    private let process: pid_t
    private let deadline = Deadline(milliseconds: RunningBrowser.patience)

    /// How it is.
    enum State {
        /// It may fail yet.
        case starting
        /// It shows the page, as far as can be told.
        case settled
        /// It ended with an error.
        case failed
    }

    /// Starts a program; nil when there is none of that name, or it cannot be started.
    init?(_ command: BrowserCommand, _ page: BrowserPage, _ surroundings: Surroundings) {
        // A name is looked for on PATH, never in the folder that git happens to work in.
        let path =
            command.program.hasPrefix("/")
            ? command.program
            : ChildProcess.find(command.program, path: surroundings.variable("PATH") ?? "")
        guard let path, command.program.hasPrefix("/") || !command.program.contains("/") else {
            return nil
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in STDIN_FILENO...STDERR_FILENO {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        linux_start_without_descriptors(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        linux_start_fresh(&attributes, 1)
        var words = ([path] + command.arguments(for: page)).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var process = pid_t()
        guard posix_spawn(&process, path, &actions, &attributes, words, environ) == 0 else {
            return nil
        }
        self.process = process
    }

    /// How it is now. To be asked until it is no longer starting.
    func state() -> State {
        var status: Int32 = 0
        if waitpid(process, &status, WNOHANG) == process {
            return status == 0 ? .settled : .failed
        }
        return deadline.remaining > 0 ? .starting : .settled
    }
}
