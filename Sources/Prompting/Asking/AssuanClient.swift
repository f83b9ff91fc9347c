import CLinux
import CredentialCore
import Glibc
import Launch

/// A program that speaks Assuan over its standard input and output, for as long as one question
/// takes.
final class AssuanClient {
    /// The code of pinentry's "operation cancelled" (libgpg-error, GPG_ERR_CANCELED of source 5).
    private static let cancelled = "83886179"

    private let program: String
    private let deadline: PersonsDeadline
    private let socket: Int32
    private let process: pid_t
    private let received = SecretBuffer(capacity: 4096)
    private var position = 0

    /// Starts the program and waits until it is ready.
    init(_ program: String, until deadline: PersonsDeadline) throws(CredentialError) {
        self.program = program
        self.deadline = deadline
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw Self.failure("cannot make a socket for", program, errno)
        }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        linux_start_without_descriptors(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        linux_start_fresh(&attributes, 0)
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
        defer { free(words[0]) }
        var process = pid_t()
        let number = posix_spawn(&process, program, &actions, &attributes, &words, environ)
        guard number == 0 else {
            close(ends[0])
            throw Self.failure("cannot start", program, number)
        }
        socket = ends[0]
        self.process = process
    }

    /// Ends it and waits until it is gone, and the terminal nobody's: it was asked gently first.
    func end() {
        shutdown(socket, Int32(SHUT_RDWR))
        kill(process, SIGTERM)
        // Ctrl-Z may have stopped it.
        kill(process, SIGCONT)
        let patience = Deadline(milliseconds: 2000)
        while waitpid(process, nil, WNOHANG) == 0 {
            if patience.remaining == 0 { kill(process, SIGKILL) }
            poll(nil, 0, 10)
        }
    }

    deinit { close(socket) }

    /// Sends a command and waits until it is done.
    ///
    /// - Parameter isOver: whether waiting has no point any more.
    /// - Returns: the data of the answer.
    /// - Throws: `declined` when the person cancelled, `unreachable` for any other error.
    func send(
        _ line: [UInt8]?, until isOver: () -> Bool = { false }
    ) throws(CredentialError) -> Secret {
        if let line, Glibc.send(socket, line, line.count, Int32(MSG_NOSIGNAL)) != line.count {
            throw ended
        }
        let data = SecretBuffer(capacity: 256)
        while true {
            while let end = nextLineEnd() {
                let start = position
                position = end + 1
                if let answer = try answer(start..<end, data) { return answer }
            }
            guard !isOver() else { throw ended }
            try receive()
        }
    }

    /// What a line says: nil when more are to come.
    private func answer(
        _ range: Range<Int>, _ data: SecretBuffer
    ) throws(CredentialError) -> Secret? {
        try received.withBytes { (bytes) throws(CredentialError) -> Secret? in
            let line = UnsafeRawBufferPointer(rebasing: bytes[range])
            if line.starts(with: "D ".utf8) {
                AssuanCoding.decode(UnsafeRawBufferPointer(rebasing: line[2...]), into: data)
            } else if line.starts(with: "OK".utf8) {
                return Secret(data)
            } else if line.starts(with: "ERR \(Self.cancelled)".utf8) {
                throw CredentialError(.declined, "the question was cancelled")
            } else if line.starts(with: "ERR".utf8) {
                let reason = StrangersWords.text(line.dropFirst(4))
                throw CredentialError(.unreachable, "\(program) cannot ask: \(reason)")
            }
            return nil
        }
    }

    private func nextLineEnd() -> Int? {
        received.withBytes { bytes in
            bytes[position...].firstIndex(of: UInt8(ascii: "\n"))
        }
    }

    private func receive() throws(CredentialError) {
        guard received.count < 1 << 20 else { throw ended }
        let rest = deadline.remaining
        guard rest > 0 else { throw deadline.error }
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(min(rest, 100))) > 0 else { return }
        try received.appendInPlace(upTo: 4096) { (room) throws(CredentialError) in
            let got = read(socket, room.baseAddress, room.count)
            guard got > 0 else { throw ended }
            return got
        }
    }

    private var ended: CredentialError {
        CredentialError(.unreachable, "\(program) ended without an answer")
    }

    private static func failure(
        _ action: String, _ path: String, _ number: Int32
    ) -> CredentialError {
        CredentialError(.unreachable, "\(action) \(path): \(String(cString: strerror(number)))")
    }
}
