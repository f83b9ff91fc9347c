import CredentialCore
import Glibc

@testable import Prompting

/// A client of the loopback listener.
final class ScriptedVisitor {
    private let socket: Int32

    init?(_ redirect: String) {
        guard let port = redirect.split(separator: ":").last.flatMap({ UInt16($0.dropLast()) })
        else { return nil }
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let isThere = withUnsafeBytes(of: &name) { bytes in
            let name = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return connect(socket, name, socklen_t(bytes.count)) == 0
        }
        guard isThere else { return nil }
    }

    deinit {
        close(socket)
    }

    func say(_ text: String) {
        _ = send(socket, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// All that is answered, to its end.
    func hear() -> String {
        var heard: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while case let got = recv(socket, &piece, piece.count, 0), got > 0 {
            heard += piece[..<got]
        }
        return String(decoding: heard, as: UTF8.self)
    }
}
