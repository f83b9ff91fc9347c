import CredentialCore

/// What a visitor asks for: the head of an HTTP/1.1 request (RFC 9112), of which no more is
/// understood than it takes to tell a browser with the server's answer from everybody else.
struct VisitRequest {
    /// Why a visitor is not listened to.
    enum Fault: Error {
        /// It is no request, or one of which two readers could think differently.
        case malformed
        /// It wants something done; an answer is brought by GET.
        case method
        /// It is longer than any answer.
        case tooLong
    }

    /// The longest request line: codes of a few thousand bytes exist.
    static let lineLimit = 16 << 10
    /// The longest head. A browser sends every cookie that programs on this machine have set on any
    /// port (RFC 6265, 8.5), and that can be a lot.
    static let headLimit = 64 << 10

    /// Path and query, in which the code is.
    let target: Secret
    /// Whom it believes to speak to.
    let host: [UInt8]

    /// Reads a request.
    ///
    /// - Parameter bytes: what came so far.
    /// - Returns: nil while the head is not complete.
    init?(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        guard let lineEnd = try Self.lineEnd(bytes, from: 0) else {
            guard bytes.count <= Self.lineLimit else { throw .tooLong }
            return nil
        }
        guard lineEnd <= Self.lineLimit else { throw .tooLong }
        var hosts: [[UInt8]] = []
        var start = lineEnd + 2
        while true {
            guard let end = try Self.lineEnd(bytes, from: start) else {
                guard bytes.count <= Self.headLimit else { throw .tooLong }
                return nil
            }
            if end == start { break }
            if let host = try Self.host(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) {
                hosts.append(host)
            }
            start = end + 2
        }
        target = try Self.target(UnsafeRawBufferPointer(rebasing: bytes[..<lineEnd]))
        guard hosts.count == 1 else { throw .malformed }
        host = hosts[0]
    }

    /// Whether it names a path.
    func isFor(_ path: String) -> Bool {
        target.withBytes { $0.prefix { $0 != UInt8(ascii: "?") }.elementsEqual(path.utf8) }
    }

    /// The target of a request line, `GET TARGET HTTP/1.1`.
    private static func target(_ line: UnsafeRawBufferPointer) throws(Fault) -> Secret {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[2].count == 8,
            words[0].allSatisfy(Byte.isLetter), !words[0].isEmpty,
            words[1].first == UInt8(ascii: "/"),
            words[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .malformed }
        guard words[0].elementsEqual("GET".utf8) else { throw .method }
        return Secret(copying: UnsafeRawBufferPointer(rebasing: words[1]))
    }

    /// The value of a header that is the host's; nil for any other header.
    private static func host(_ line: UnsafeRawBufferPointer) throws(Fault) -> [UInt8]? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[0] != UInt8(ascii: " "), line[0] != UInt8(ascii: "\t")
        else { throw .malformed }
        guard colon == 4, zip(line, "host".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
        let blanks = Array(" \t".utf8)
        let value = line[5...].drop { blanks.contains($0) }
        return Array(value.reversed().drop { blanks.contains($0) }.reversed())
    }

    /// Where the line that begins at `start` ends; nil while it does not. Lines end by CR and LF:
    /// where others are let pass, two readers may see two requests.
    private static func lineEnd(
        _ bytes: UnsafeRawBufferPointer, from start: Int
    ) throws(Fault) -> Int? {
        guard let feed = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        guard feed > start, bytes[feed - 1] == UInt8(ascii: "\r") else { throw .malformed }
        return feed - 1
    }
}
