import Foundation
import Glibc

/// A socket on 127.0.0.1 that nobody accepts a connection from.
final class Listener {
    /// Its port.
    private(set) var port = 0
    private let socket: Int32
    private var address = sockaddr_in()

    /// - Parameter backlog: how many connections wait; nil for a port that nobody listens on.
    init(backlog: Int32?) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withAddress {
            bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
        }
        guard isBound, backlog.map({ listen(socket, $0) == 0 }) ?? true else {
            throw POSIXError(.EADDRNOTAVAIL)
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
    }

    deinit { close(socket) }

    /// A connection to it, or one that is waiting to be.
    func connect() -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let client = Glibc.socket(AF_INET, type, 0)
        withAddress { _ = Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        return client
    }

    private func withAddress<Result>(_ body: (UnsafeMutablePointer<sockaddr>) -> Result) -> Result {
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }
}
