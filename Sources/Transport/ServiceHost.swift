import CredentialCore

/// Who a URL leads to.
public struct ServiceHost {
    private let address: Address

    /// The host of a URL; nil when it is none of HTTP's.
    public init?(_ url: String) {
        let bytes = Array(url.utf8)
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else {
            return nil
        }
        // Path and query are the service's own business.
        let isDelimiter = { (byte: UInt8) in "/?#".utf8.contains(byte) }
        let end = bytes.dropFirst(scheme.utf8.count).firstIndex(where: isDelimiter)
        guard let address = try? Address(git: Array(bytes[..<(end ?? bytes.endIndex)])) else {
            return nil
        }
        self.address = address
    }

    /// Host and port, for people.
    public var text: String { Printable.text(address.authority) }

    /// Host and port of a URL, for people.
    public static func text(of url: String) -> String { ServiceHost(url)?.text ?? "the service" }

    /// Whether what is sent there is encrypted.
    public var isEncrypted: Bool { address.scheme == Scheme.https }

    /// Whether it is one of these hosts.
    public func isOne(of hosts: [String]) -> Bool {
        hosts.contains { Array($0.utf8) == address.host }
    }

    /// Whether it is this machine.
    public var isLoopback: Bool { address.isLoopback }
}
