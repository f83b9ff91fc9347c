import CredentialCore
import Glibc

/// A socket that listens on 127.0.0.1 and nowhere else: other machines cannot reach it.
struct LoopbackSocket {
    /// Its descriptor.
    let descriptor: Int32
    /// The port that it has.
    let port: UInt16

    /// Begins to listen.
    ///
    /// - Parameter port: the port; nil for any that is free.
    /// - Throws: `system` when the port is taken.
    init(port: UInt16?) throws(CredentialError) {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(kind), 0)
        guard descriptor >= 0 else {
            throw CredentialError(
                .system, "cannot make a socket: \(String(cString: strerror(errno)))")
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // The kernel remembers the connections of an earlier login for a while.
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = (port ?? 0).bigEndian
        name.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let isListening = withUnsafeMutableBytes(of: &name) { bytes in
            let name = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, name, length) == 0 && listen(descriptor, 64) == 0
                && getsockname(descriptor, name, &length) == 0
        }
        guard isListening else {
            let cause = String(cString: strerror(errno))
            let place = port.map { "127.0.0.1:\($0)" } ?? "127.0.0.1"
            close(descriptor)
            throw CredentialError(
                .system, "cannot listen on \(place) for the browser: \(cause)",
                remedy: "end the program that has this port, or register another redirectUrl")
        }
        self.descriptor = descriptor
        self.port = UInt16(bigEndian: name.sin_port)
    }
}
