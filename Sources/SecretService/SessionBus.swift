import Glibc

/// The address of the user's message bus, as far as it is safe to connect to.
public struct SessionBus: Sendable, Hashable {
    /// One or more D-Bus addresses, separated by `;`, each of a unix socket.
    public let address: String

    /// The bus that the environment names, else the one of the user's runtime folder (the D-Bus
    /// specification, "Message Bus Architecture"); nil where there is none.
    ///
    /// Only unix sockets are used: other transports would start programs, or dial X or the network.
    /// Where the environment names nothing else, it is as if it named nothing.
    ///
    /// - Parameters:
    ///   - named: `DBUS_SESSION_BUS_ADDRESS`.
    ///   - runtimeFolder: `XDG_RUNTIME_DIR`.
    public init?(named: String?, runtimeFolder: String?) {
        if let named, !named.isEmpty {
            // One address is the rule, and every fetch and pull comes by here.
            let addresses = named.utf8.contains(UInt8(ascii: ";")) ? Self.parts(of: named) : [named]
            let sockets = addresses.filter(Self.isSocket)
            if let first = sockets.first {
                address = sockets.count == 1 ? first : sockets.joined(separator: ";")
                return
            }
        }
        guard let runtimeFolder, runtimeFolder.hasPrefix("/") else { return nil }
        let path = "\(runtimeFolder)/bus"
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        address = "unix:path=" + Self.escaped(path)
    }

    /// Whether an address names a unix socket. Its keys stand in any order.
    private static func isSocket(_ address: String) -> Bool {
        if address.hasPrefix("unix:path=") || address.hasPrefix("unix:abstract=") { return true }
        return address.hasPrefix("unix:")
            && address.dropFirst("unix:".count).split(separator: ",").contains {
                $0.hasPrefix("path=") || $0.hasPrefix("abstract=")
            }
    }

    private static func parts(of list: String) -> [String] {
        list.split(separator: ";").map(String.init)
    }

    /// A value as D-Bus addresses write it.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "0"..."9", "A"..."Z", "a"..."z", "-", "_", "/", ".", "\\", "*":
                text.unicodeScalars.append(scalar)
            default:
                let digits = String(byte, radix: 16)
                text += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
