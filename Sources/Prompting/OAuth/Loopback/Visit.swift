import CredentialCore
import Glibc
import Launch

/// One connection to the loopback listener: it says one thing, is answered, and ends.
final class Visit {
    /// How long a visitor may take, in milliseconds. Browsers open connections that they only may
    /// need, and open another when such a one is gone.
    private static let patience = 10_000

    let socket: Int32
    let deadline = Deadline(milliseconds: Visit.patience)
    private let head = SecretBuffer(capacity: 2048)
    private var wasAnswered = false
    /// Whether there is nothing more to wait for.
    private(set) var isOver = false

    init(_ socket: Int32) {
        self.socket = socket
    }

    deinit {
        close(socket)
    }

    /// Reads what came.
    ///
    /// - Returns: the request once it is complete, and only then.
    func request() -> VisitRequest? {
        let former = head.count
        head.appendInPlace(upTo: 4096) { room in
            let got = recv(socket, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
            isOver = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)
            // What comes after the answer is read, so that closing does not take the answer back
            // (RFC 9112, 9.6), and dropped.
            return wasAnswered ? 0 : got
        }
        guard !wasAnswered, head.count > former else { return nil }
        do throws(VisitRequest.Fault) {
            return try head.withBytes { (bytes) throws(VisitRequest.Fault) in
                try VisitRequest(bytes)
            }
        } catch {
            switch error {
            case .malformed: answer(.stranger)
            case .method: answer(.method)
            case .tooLong: answer(.tooLong)
            }
            return nil
        }
    }

    /// Sends a page, which is short enough for any socket to take at once.
    func answer(_ page: AnswerPage) {
        let response = page.response
        _ = send(socket, response, response.count, Int32(MSG_NOSIGNAL))
        shutdown(socket, Int32(SHUT_WR))
        wasAnswered = true
    }
}
