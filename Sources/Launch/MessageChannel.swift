public import CredentialCore
import Glibc

/// A socket between two programs of ours that carries messages, each with its length before it
/// (32 bits, little-endian).
public struct MessageChannel: Sendable {
    /// The most bytes a message may have: a credential's secrets and all that goes with them.
    private static let limit = 64 << 20
    private let socket: Int32

    /// A channel over one end of a stream socket, which stays the caller's to close.
    public init(_ socket: Int32) {
        self.socket = socket
    }

    /// Why a message did not come.
    public enum Failure: Error, Hashable, Sendable {
        /// The other end is gone.
        case closed
        /// The time was over.
        case late
    }

    /// Sends a message.
    ///
    /// - Throws: `closed` when nobody is there to read it.
    public func send(_ message: Secret) throws(Failure) {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (8 * $0)) }
        try Secret(copying: length).withBytes { (bytes) throws(Failure) in try sendAll(bytes) }
        try message.withBytes { (bytes) throws(Failure) in try sendAll(bytes) }
    }

    /// Waits for a message.
    ///
    /// - Parameter milliseconds: how long at most; nil for as long as it takes.
    /// - Throws: `closed` or `late`.
    public func receive(within milliseconds: Int?) throws(Failure) -> Secret {
        let end = milliseconds.map { Self.now() + $0 }
        let prefix = try receive(4, until: end)
        let length = prefix.withBytes { bytes in
            (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        }
        guard length <= Self.limit else { throw .closed }
        return try receive(length, until: end)
    }

    private func sendAll(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            let sent = Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if sent > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(sent))
            } else if sent == 0 || errno != EINTR {
                throw .closed
            }
        }
    }

    private func receive(_ count: Int, until end: Int?) throws(Failure) -> Secret {
        let buffer = SecretBuffer(capacity: max(count, 1))
        while buffer.count < count {
            if let end {
                var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                let rest = end - Self.now()
                guard rest > 0 else { throw .late }
                guard poll(&waiting, 1, Int32(rest)) > 0 else { continue }
            }
            try buffer.appendInPlace(upTo: count - buffer.count) { (room) throws(Failure) in
                let got = read(socket, room.baseAddress, room.count)
                if got == 0 || (got < 0 && errno != EINTR) { throw .closed }
                return max(got, 0)
            }
        }
        return Secret(buffer)
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
