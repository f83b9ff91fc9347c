public import CredentialCore
import Launch

/// Where somebody logs in: by which protocol, at which address, and what the host said of itself.
public struct HostPlace: Sendable {
    /// The protocol of the client that wants to get in.
    public var wireProtocol: WireProtocol
    /// The address, with the path where the client named one.
    public var address: Address
    /// The host's `WWW-Authenticate` headers as git passes them on (git 2.41 and newer); none where
    /// nobody asked yet. They are a stranger's words.
    public var challenges: [String]

    /// A place from its parts.
    public init(_ wireProtocol: WireProtocol, _ address: Address, challenges: [String] = []) {
        self.wireProtocol = wireProtocol
        self.address = address
        self.challenges = challenges
    }

    func write(to writer: MessageWriter) {
        writer.write(wireProtocol.rawValue)
        for part in [address.scheme, address.host, address.path] {
            writer.write(Secret(copying: part))
        }
        writer.write(count: Int(address.port))
        writer.write(list: challenges)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        guard let wireProtocol = WireProtocol(rawValue: try reader.code()) else {
            throw MessageReader.malformed
        }
        let (scheme, host, path) = (
            try reader.byteArray(), try reader.byteArray(), try reader.byteArray()
        )
        guard let port = UInt16(exactly: try reader.count()) else { throw MessageReader.malformed }
        self.init(
            wireProtocol, Address(scheme: scheme, host: host, port: port, path: path),
            challenges: try reader.list())
    }
}
