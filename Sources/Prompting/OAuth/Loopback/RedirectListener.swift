import CredentialCore
import Glibc
import Launch

/// Waits on loopback for the browser that brings the server's answer (RFC 8252, 7.3 and 8.3).
/// Everybody on this machine can come here, and every page that a browser shows can send it here.
final class RedirectListener {
    /// As many visitors are listened to at once; then the one who has been silent longest goes.
    private static let room = 32

    /// Where the server is to send the browser.
    let redirect: String
    private let path: String
    private let hosts: [[UInt8]]
    private var socket: Int32
    private var visits: [Visit] = []

    /// Begins to listen.
    ///
    /// - Throws: `system` when the port is taken.
    init(_ address: RedirectAddress) throws(CredentialError) {
        let listening = try LoopbackSocket(port: address.port)
        let port = listening.port
        socket = listening.descriptor
        redirect = address.url(port: port)
        path = address.requestPath
        hosts = ["127.0.0.1", "localhost"].flatMap { host in
            (port == 80 ? ["", ":80"] : [":\(port)"]).map { Array((host + $0).utf8) }
        }
    }

    deinit {
        close()
    }

    /// Ends every connection; later ones are refused.
    func close() {
        visits = []
        refuse()
    }

    private func refuse() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    /// Waits for the answer, and then closes; whatever else comes is told that there is nothing
    /// here.
    ///
    /// - Parameters:
    ///   - state: what the answer is recognised by.
    ///   - stop: a descriptor; once it is readable nobody waits any more.
    /// - Returns: nil when the deadline is over, or `stop` became readable.
    func wait(for state: Secret, until deadline: Deadline, stop: Int32 = -1) -> RedirectAnswer? {
        while deadline.remaining > 0 {
            visits.removeAll { $0.isOver || $0.deadline.remaining == 0 }
            // poll(2) leaves out what is below zero.
            var waiting = ([socket, stop] + visits.map(\.socket))
                .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let rest = ([deadline] + visits.map(\.deadline)).map(\.remaining).min() ?? 0
            guard poll(&waiting, nfds_t(waiting.count), Int32(rest) + 1) > 0 else { continue }
            if waiting[1].revents != 0 { return nil }
            for (visit, event) in zip(visits, waiting.dropFirst(2)) where event.revents != 0 {
                guard let answer = attend(visit, state) else { continue }
                close()
                return answer
            }
            if waiting[0].revents != 0 { welcome() }
        }
        return nil
    }

    /// Reads the URL at which a browser ended that could not come here; nil for any other.
    func answer(pasted line: Secret, _ state: Secret) -> RedirectAnswer? {
        line.withBytes { answer(pasted: $0, state) }
    }

    private func answer(pasted line: UnsafeRawBufferPointer, _ state: Secret) -> RedirectAnswer? {
        let scheme = "http://"
        var rest = line.drop { $0 == UInt8(ascii: " ") }
        // Browsers may leave the scheme out of what is copied.
        if rest.starts(with: scheme.utf8) { rest = rest.dropFirst(scheme.utf8.count) }
        let origin = redirect.dropFirst(scheme.count).prefix { $0 != "/" }
        guard rest.starts(with: origin.utf8) else { return nil }
        let end = rest.lastIndex { $0 != UInt8(ascii: " ") } ?? rest.startIndex
        let target = rest[...end].dropFirst(origin.utf8.count)
        return RedirectAnswer(
            target: UnsafeRawBufferPointer(rebasing: target), path: path, state: state)
    }

    private func welcome() {
        let visitor = accept(socket, nil, nil)
        guard visitor >= 0 else { return }
        _ = fcntl(visitor, F_SETFD, FD_CLOEXEC)
        if visits.count >= Self.room { visits.removeFirst() }
        visits.append(Visit(visitor))
    }

    /// Lets a visitor speak.
    ///
    /// - Returns: the answer, if they brought it.
    private func attend(_ visit: Visit, _ state: Secret) -> RedirectAnswer? {
        guard let request = visit.request() else { return nil }
        guard hosts.contains(request.host) else {
            visit.answer(.elsewhere)
            return nil
        }
        let answer = request.target.withBytes { target in
            RedirectAnswer(target: target, path: path, state: state)
        }
        guard let answer else {
            visit.answer(request.isFor(path) ? .stranger : .nothing)
            return nil
        }
        // Whoever reads the last page finds the door closed.
        refuse()
        if case .code = answer { visit.answer(.accepted) } else { visit.answer(.refused) }
        return answer
    }
}
