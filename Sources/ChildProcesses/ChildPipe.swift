import CredentialCore
import Glibc
import ProtectedFiles

/// A pipe to or from a program, and what came through it.
struct ChildPipe {
    let reader: Int32
    private let limit: Int
    private(set) var writer: Int32
    /// What was read so far.
    let bytes = SecretBuffer()
    /// Whether nobody can write any more.
    private(set) var isAtEnd = false

    /// A pipe that not more than so many bytes are read from.
    init(limit: Int) throws(CredentialError) {
        self.limit = limit
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemFailure.error("cannot make", "a pipe") }
        reader = ends[0]
        writer = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    /// Puts all of a program's input into the pipe, so that nobody has to wait for it to read. It
    /// must fit: a pipe holds 64 KiB.
    func fill(_ input: [UInt8]) {
        _ = input.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
    }

    /// Reads what is there; false when there is nothing more for now.
    ///
    /// - Throws: `limit` when there is more than may be.
    mutating func read(_ program: String) throws(CredentialError) -> Bool {
        guard !isAtEnd, isReady else { return false }
        var got = 0
        bytes.appendInPlace(upTo: 16_384) { room in
            got = Glibc.read(reader, room.baseAddress, room.count)
            return got
        }
        if got == 0 { isAtEnd = true }
        guard bytes.count <= limit else {
            let size = limit < 1 << 20 ? "\(limit >> 10) KiB" : "\(limit >> 20) MiB"
            throw CredentialError(.limit, "\(program) writes more than \(size)")
        }
        return got > 0
    }

    /// Whether reading does not wait. The pipe itself must not say so by `O_NONBLOCK`: the program
    /// that has the other end of an input pipe would see that too.
    private var isReady: Bool {
        var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    mutating func closeWriter() {
        guard writer >= 0 else { return }
        Glibc.close(writer)
        writer = -1
    }

    func close() {
        Glibc.close(reader)
        if writer >= 0 { Glibc.close(writer) }
    }
}
