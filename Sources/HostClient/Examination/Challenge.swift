/// One way to get in that a host offers in a `WWW-Authenticate` header (RFC 9110, 11.6.1).
///
/// Headers are a stranger's words: what is not well formed ends the reading of its header, and
/// nothing that was read is believed for more than it is.
struct Challenge: Hashable {
    /// The scheme in lower case: `bearer`, `basic`.
    let scheme: String
    /// The parameters, their names in lower case. Of a name that comes twice the first counts.
    let parameters: [String: String]

    /// A challenge from its parts.
    init(scheme: String, parameters: [String: String]) {
        self.scheme = scheme
        self.parameters = parameters
    }

    /// A parameter; its name is given in lower case.
    subscript(_ name: String) -> String? { parameters[name] }

    /// How many bytes of a header are read.
    private static let lengthLimit = 8192

    /// The challenges of some headers, in their order. A header may hold several.
    static func all(in headers: some Sequence<String>) -> [Challenge] {
        headers.flatMap { header in
            var scanner = HeaderScanner(header.utf8.prefix(lengthLimit))
            var challenges: [Challenge] = []
            while let challenge = Challenge(&scanner) { challenges.append(challenge) }
            return challenges
        }
    }

    /// Reads the next challenge; nil when there is none that is well formed.
    private init?(_ scanner: inout HeaderScanner) {
        scanner.skipCommas()
        guard let scheme = scanner.readToken() else { return nil }
        var parameters: [String: String] = [:]
        if scanner.skipSpaces(), !scanner.skipToken68() {
            while let (name, value) = scanner.readParameter() {
                if parameters[name] == nil { parameters[name] = value }
                guard scanner.skipCommas() else { break }
            }
        }
        guard scanner.isAtItemsEnd else { return nil }
        self.init(scheme: scheme.lowercased(), parameters: parameters)
    }
}

/// Reads a header that is made of tokens, quoted strings and commas (RFC 9110, 5.6).
private struct HeaderScanner {
    private let bytes: [UInt8]
    private var position = 0
    /// Whether what was read last was followed by a comma, or by the end.
    private(set) var isAtItemsEnd = true

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Passes over commas and the blanks around them; whether there was one.
    @discardableResult mutating func skipCommas() -> Bool {
        var found = false
        while let byte = peek(), byte == UInt8(ascii: ",") || isBlank(byte) {
            found = found || byte == UInt8(ascii: ",")
            position += 1
        }
        isAtItemsEnd = found || peek() == nil
        return found
    }

    /// Passes over blanks; whether there was one.
    mutating func skipSpaces() -> Bool {
        let start = position
        while let byte = peek(), isBlank(byte) { position += 1 }
        isAtItemsEnd = peek() == nil || peek() == UInt8(ascii: ",")
        return position > start
    }

    /// Reads a token (5.6.2).
    mutating func readToken() -> String? {
        let start = position
        while let byte = peek(), isTokenByte(byte) { position += 1 }
        isAtItemsEnd = peek() == nil || peek() == UInt8(ascii: ",")
        guard position > start else { return nil }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Passes over what stands in place of parameters (11.2), if that is what comes next.
    mutating func skipToken68() -> Bool {
        var copy = self
        while let byte = copy.peek(), isTokenByte(byte) || byte == UInt8(ascii: "/") {
            copy.position += 1
        }
        guard copy.position > position else { return false }
        let end = copy.position
        while copy.peek() == UInt8(ascii: "=") { copy.position += 1 }
        _ = copy.skipSpaces()
        // `a` alone could be the next challenge's scheme, `a=` no parameter.
        guard copy.isAtItemsEnd, copy.position > end || copy.peek() == nil else { return false }
        self = copy
        return true
    }

    /// Reads `name=value` (11.2); nil, with nothing read, when something else comes.
    mutating func readParameter() -> (name: String, value: String)? {
        var copy = self
        guard let name = copy.readToken() else { return nil }
        _ = copy.skipSpaces()
        guard copy.peek() == UInt8(ascii: "=") else { return nil }
        copy.position += 1
        _ = copy.skipSpaces()
        let isQuoted = copy.peek() == UInt8(ascii: "\"")
        guard let value = isQuoted ? copy.readQuoted() : copy.readToken() else {
            // It began as a parameter and is none: nobody knows what the rest means.
            isAtItemsEnd = false
            return nil
        }
        _ = copy.skipSpaces()
        self = copy
        return (name.lowercased(), value)
    }

    /// Reads a quoted string (5.6.4).
    private mutating func readQuoted() -> String? {
        position += 1
        var value: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            guard let escaped = peek() else { return nil }
            value.append(escaped)
            position += 1
        }
        return nil
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: Self.tokenMarks.contains(byte)
        }
    }

    private static let tokenMarks = Array("!#$%&'*+-.^_`|~".utf8)
}
