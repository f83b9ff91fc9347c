import Glibc

/// An address of the Internet Protocol, version 4 or 6.
public struct NetworkAddress: Hashable, Sendable {
    private let bytes: [UInt8]

    /// The address that a literal writes, a version 6 one with or without its brackets; nil for any
    /// other text, and for the older ways to write a version 4 one (`127.1`, `0x7f000001`).
    public init?(_ text: String) {
        var literal = text[...]
        if literal.first == "[", literal.last == "]" { literal = literal.dropFirst().dropLast() }
        // What follows `%` names a network card (RFC 4007, 11).
        let address = String(literal.prefix { $0 != "%" })
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            guard inet_pton(family, address, &bytes) == 1 else { continue }
            self.init(bytes: bytes)
            return
        }
        return nil
    }

    private init(bytes: [UInt8]) {
        // `::ffff:10.0.0.1` is reached as 10.0.0.1 (RFC 4291, 2.5.5.2).
        let isMapped = bytes.count == 16 && bytes.starts(with: Self.mapped)
        self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// Whether it is this machine.
    public var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether it leads nowhere but to a neighbour on the same cable, such as a cloud's metadata
    /// service.
    public var isLinkLocal: Bool {
        lies(in: bytes.count == 4 ? Self.linkLocal4 : Self.linkLocal6)
    }

    /// Whether anybody on the Internet may have it: neither this machine nor a network of its own.
    public var isPublic: Bool {
        if let embedded { return embedded.isPublic }
        return !(bytes.count == 4 ? Self.reserved4 : Self.reserved6).contains { lies(in: $0) }
    }

    private typealias Block = (prefix: [UInt8], bits: Int)
    private static let linkLocal4: Block = ([169, 254], 16)
    private static let linkLocal6: Block = ([0xFE, 0x80], 10)

    // The registries of special addresses: <https://www.iana.org/assignments/
    // iana-ipv4-special-registry>, iana-ipv6-special-registry.
    private static let reserved4: [Block] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), linkLocal4, ([172, 16], 12),
        ([192, 0, 0], 24), ([192, 0, 2], 24), ([192, 168], 16), ([198, 18], 15),
        ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 4), ([240], 4),
    ]
    private static let reserved6: [Block] = [
        ([UInt8](repeating: 0, count: 12), 96), ([0x01, 0x00], 64), ([0x20, 0x01, 0x0D, 0xB8], 32),
        ([0xFC], 7), linkLocal6, ([0xFE, 0xC0], 10), ([0xFF], 8),
    ]

    /// The version 4 address that a gateway makes of it (RFC 6052, 2.1; RFC 3056, 2).
    private var embedded: NetworkAddress? {
        guard bytes.count == 16 else { return nil }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
            return NetworkAddress(bytes: Array(bytes.suffix(4)))
        }
        return bytes.starts(with: [0x20, 0x02])
            ? NetworkAddress(bytes: Array(bytes[2..<6])) : nil
    }

    private func lies(in block: Block) -> Bool {
        let whole = block.bits / 8
        let prefix = block.prefix + [UInt8](repeating: 0, count: max(0, whole - block.prefix.count))
        guard bytes.prefix(whole).elementsEqual(prefix.prefix(whole)) else { return false }
        let rest = block.bits % 8
        return rest == 0 || (bytes[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
    }

    /// The addresses that the system knows for a name; none when it knows the name not.
    public static func resolve(_ host: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [NetworkAddress] = []
        var next = list
        while let entry = next {
            if let address = NetworkAddress(entry.pointee.ai_addr) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private init?(_ socketAddress: UnsafeMutablePointer<sockaddr>?) {
        guard let socketAddress else { return nil }
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET:
            self = socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                NetworkAddress(bytes: withUnsafeBytes(of: $0.pointee.sin_addr, Array.init))
            }
        case AF_INET6:
            self = socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                NetworkAddress(bytes: withUnsafeBytes(of: $0.pointee.sin6_addr, Array.init))
            }
        default: return nil
        }
    }

    /// The address as it is written.
    public var text: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
