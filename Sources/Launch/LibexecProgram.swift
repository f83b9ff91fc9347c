import CLinux
public import CredentialCore
import Glibc

/// A program of ours that links what the others do without, started beside us and spoken to over a
/// socket. Neither arguments nor environment carry anything secret.
public final class LibexecProgram {
    /// What it is spoken to over.
    public let channel: MessageChannel
    private let socket: Int32
    private let process: pid_t

    /// Starts `PREFIX/libexec/keyfob/NAME`, where `PREFIX/bin` or `PREFIX/libexec/keyfob` is the
    /// folder that the running program itself lies in. PATH has no say in it.
    ///
    /// - Parameter sharingErrors: whether its standard error is ours: it speaks to a person.
    /// - Throws: `unreachable` when it is not installed, `system` when it cannot be started.
    public init(_ name: String, sharingErrors: Bool = false) throws(CredentialError) {
        let (socket, process) = try Self.start(name, sharingErrors: sharingErrors)
        self.process = process
        self.socket = socket
        channel = MessageChannel(socket)
    }

    /// Where a program that was started finds a descriptor that it was handed.
    public static let handedDescriptor: Int32 = 3

    /// Starts a program that nobody waits for, in a session of its own, and leaves it a message.
    ///
    /// - Parameter descriptor: what it is handed, a lock, to hold as long as it runs.
    /// - Throws: as ``init(_:)``.
    public static func startDetached(
        _ name: String, _ message: Secret, handing descriptor: Int32
    ) throws(CredentialError) {
        let (socket, _) = try start(name, detachedWith: descriptor)
        // A socket holds far more than any message of ours that goes this way.
        try? MessageChannel(socket).send(message)
        close(socket)
    }

    private static func start(
        _ name: String, detachedWith descriptor: Int32? = nil, sharingErrors: Bool = false
    ) throws(CredentialError) -> (socket: Int32, process: pid_t) {
        let path = try path(of: name)
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw failure("cannot make a socket for", path, errno)
        }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        // Libraries print warnings of their own, which would stand between our lines.
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        if !sharingErrors {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        if let descriptor {
            posix_spawn_file_actions_adddup2(&actions, descriptor, handedDescriptor)
        }
        // What whoever started us left open is theirs to close: it may be a lock or a pipe's end.
        linux_start_without_descriptors(
            &actions, descriptor == nil ? handedDescriptor : handedDescriptor + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        linux_start_fresh(&attributes, descriptor == nil ? 0 : 1)
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(path), nil]
        defer { free(words[0]) }
        var process = pid_t()
        let number = posix_spawn(&process, path, &actions, &attributes, &words, environ)
        guard number == 0 else {
            close(ends[0])
            throw failure("cannot start", path, number)
        }
        return (ends[0], process)
    }

    /// Ends one of these programs, with a word on what it is, unless it was started as they are:
    /// with a socket for its standard input.
    public static func requireSocket(for name: String) {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) != 0 || status.st_mode & S_IFMT != S_IFSOCK else {
            return
        }
        let usage = "\(name): Keyfob's other programs start this one; it takes no part alone\n"
        _ = usage.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        exit(2)
    }

    deinit {
        // It ends by itself when nobody is there any more.
        close(socket)
        waitpid(process, nil, 0)
    }

    /// Ends the program at once: it hangs.
    public func kill() {
        Glibc.kill(process, SIGKILL)
    }

    /// Where a program of ours is installed that no one calls by hand.
    ///
    /// - Throws: `unreachable` when it is not there.
    public static func path(of name: String) throws(CredentialError) -> String {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &target, target.count)
        guard length > 0 else { throw failure("cannot find", "/proc/self/exe", errno) }
        // While Keyfob is upgraded, the running program's own file may be gone (proc_pid_exe(5)).
        let deleted = " (deleted)"
        let link = String(decoding: target[..<length], as: UTF8.self)
        let own = link.hasSuffix(deleted) ? String(link.dropLast(deleted.count)) : link
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        // One of them may start another.
        let prefix = folder.dropLast(folder.suffix(2) == ["libexec", "keyfob"] ? 2 : 1)
        let path = prefix.joined(separator: "/") + "/libexec/keyfob/\(name)"
        guard access(path, X_OK) == 0 else {
            throw CredentialError(
                .unreachable, "\(path) is not installed, and this takes it",
                remedy: "install Keyfob again, all of it")
        }
        return path
    }

    private static func failure(
        _ action: String, _ path: String, _ number: Int32
    ) -> CredentialError {
        CredentialError(.system, "\(action) \(path): \(String(cString: strerror(number)))")
    }
}
