/// Host names as they stand in addresses: checked and brought to one form.
enum HostName {
    /// The longest name DNS can carry (RFC 1035, section 2.3.4).
    static let lengthLimit = 253
    private static let labelLimit = 63

    /// The host in canonical form, or nil when no host is written like that. A trailing dot is not
    /// dropped: it makes another name, and other software disagrees on which.
    ///
    /// - Parameter wildcards: whether a label may be `*`.
    static func canonical(_ bytes: ArraySlice<UInt8>, wildcards: Bool = false) -> [UInt8]? {
        guard !bytes.isEmpty, bytes.count <= lengthLimit else { return nil }
        if bytes.first == UInt8(ascii: "[") { return canonicalLiteral(bytes) }
        var labelLength = 0
        var starInLabel = false
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte == Byte.dot {
                guard labelLength > 0 else { return nil }
                labelLength = 0
                starInLabel = false
            } else {
                if byte == Byte.star {
                    guard wildcards, labelLength == 0 else { return nil }
                    starInLabel = true
                } else {
                    guard isNameByte(byte), !starInLabel else { return nil }
                }
                labelLength += 1
                guard labelLength <= labelLimit else { return nil }
            }
            result.append(Byte.lowercased(byte))
        }
        return labelLength > 0 ? result : nil
    }

    /// `[…]` around the digits, colons and dots of an IPv6 address (RFC 3986, section 3.2.2).
    private static func canonicalLiteral(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count >= 4, bytes.last == UInt8(ascii: "]") else { return nil }
        let inner = bytes.dropFirst().dropLast()
        let wellFormed = inner.allSatisfy { byte in
            Byte.hexValue(byte) != nil || byte == Byte.colon || byte == Byte.dot
        }
        return wellFormed && inner.contains(Byte.colon) ? bytes.map(Byte.lowercased) : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.minus || byte == Byte.underscore
            || byte >= 0x80
    }

    /// `localhost`, 127.0.0.0/8 and `[::1]`, the hosts docker talks plain HTTP to.
    static func isLoopback(_ host: [UInt8]) -> Bool {
        if host == localhost || host == loopbackLiteral { return true }
        let labels = host.split(separator: Byte.dot, omittingEmptySubsequences: false)
        guard labels.count == 4, labels[0].elementsEqual(Array("127".utf8)) else { return false }
        return labels.allSatisfy { label in
            label.allSatisfy(Byte.isDigit) && label.count <= 3
                && label.reduce(0, { $0 * 10 + Int($1 - UInt8(ascii: "0")) }) <= 255
        }
    }

    private static let localhost = Array("localhost".utf8)
    private static let loopbackLiteral = Array("[::1]".utf8)

    /// Host and port of `host`, `host:port` or `[v6]:port`; nil when it is neither.
    static func split(_ authority: ArraySlice<UInt8>) -> (host: ArraySlice<UInt8>, port: UInt16?)? {
        let portSeparator: Int?
        if authority.first == UInt8(ascii: "[") {
            guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let next = authority.index(after: end)
            guard next == authority.endIndex || authority[next] == Byte.colon else { return nil }
            portSeparator = next == authority.endIndex ? nil : next
        } else {
            portSeparator = authority.firstIndex(of: Byte.colon)
        }
        guard let portSeparator else { return (authority, nil) }
        guard let port = port(authority[(portSeparator + 1)...]) else { return nil }
        return (authority[..<portSeparator], port)
    }

    private static func port(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...5).contains(digits.count), digits.allSatisfy(Byte.isDigit) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return value == 0 ? nil : UInt16(exactly: value)
    }
}
