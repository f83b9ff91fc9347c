// The importer may count sigset_t as CLinux's, whose header includes spawn.h.
import CLinux
import CredentialCore
import Glibc
import Launch

/// Waits for a visit in a thread of its own, while the person is asked. Whoever began it has to
/// wait for its end, or to stop it.
final class VisitWatch {
    private let visit: AwaitedVisit
    private let deadline: Deadline
    // Pipes that say one thing each: that it is over, and that it is to be.
    private let over: (reader: Int32, writer: Int32)
    private let stopping: (reader: Int32, writer: Int32)
    private var thread = pthread_t()
    private var isJoined = false
    // Written by the thread, read once it has ended.
    private var answer: RedirectAnswer?

    /// Begins to wait.
    ///
    /// - Throws: `system` when no thread can be had.
    init(_ visit: AwaitedVisit, until deadline: Deadline) throws(CredentialError) {
        self.visit = visit
        self.deadline = deadline
        over = try Self.pipe()
        stopping = try Self.pipe()
        // Signals are for the thread that asks: it has a terminal to put in order.
        var (all, former) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        let this = Unmanaged.passRetained(self)
        let number = pthread_create(&thread, nil, { VisitWatch.run($0) }, this.toOpaque())
        guard number == 0 else {
            this.release()
            isJoined = true
            close(over.writer)
            close(stopping.writer)
            throw Self.failure("start a thread", number)
        }
    }

    deinit {
        close(over.reader)
        close(stopping.reader)
    }

    /// Readable once it is over.
    var descriptor: Int32 { over.reader }

    /// Whether it is over.
    var isOver: Bool {
        var waiting = pollfd(fd: over.reader, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// Waits until it is over.
    func wait() -> RedirectAnswer? {
        if !isJoined {
            pthread_join(thread, nil)
            isJoined = true
            close(stopping.writer)
        }
        return answer
    }

    /// Ends it: the answer came another way.
    func stop() {
        guard !isJoined else { return }
        var byte: UInt8 = 0
        _ = write(stopping.writer, &byte, 1)
        _ = wait()
    }

    private static func run(_ this: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let this else { return nil }
        let watch = Unmanaged<VisitWatch>.fromOpaque(this).takeRetainedValue()
        watch.answer = watch.visit.wait(until: watch.deadline, stop: watch.stopping.reader)
        close(watch.over.writer)
        return nil
    }

    private static func pipe() throws(CredentialError) -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw failure("make a pipe", errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func failure(_ action: String, _ number: Int32) -> CredentialError {
        CredentialError(.system, "cannot \(action): \(String(cString: strerror(number)))")
    }
}
