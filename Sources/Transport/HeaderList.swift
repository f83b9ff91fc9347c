import CCurl
import CredentialCore

/// The headers of a request, in secret memory and in the form that libcurl takes.
struct HeaderList {
    private let lines = SecretBuffer()
    private var starts: [Int] = []

    /// Writes headers out.
    ///
    /// - Throws: `unsendable` when one would become two, or something else than a header.
    init(_ headers: [HTTPHeader]) throws(TransportFailure) {
        for header in headers {
            guard Self.isToken(header.name) else {
                throw TransportFailure(
                    .unsendable, "\(Printable.text(header.name)) is not the name of a header")
            }
            guard header.value.withBytes({ $0.allSatisfy(Self.isAllowed) }) else {
                throw TransportFailure(
                    .unsendable, "the value of the header \(header.name) holds a control character")
            }
            let isBlank = header.value.withBytes { $0.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
            starts.append(lines.count)
            lines.append(Array(header.name.utf8))
            // libcurl leaves a header out whose value is blank, unless it is written like this.
            lines.append(isBlank ? ";" : ": ")
            if !isBlank { lines.append(header.value) }
            lines.append(0)
        }
        // Without these, libcurl would send headers of its own.
        for name: StaticString in ["Accept:", "Content-Type:", "Expect:"] {
            starts.append(lines.count)
            lines.append(name)
            lines.append(0)
        }
    }

    /// Lends the list to libcurl, which copies what it needs. No copy is made here.
    func withList<Result>(_ body: (UnsafeMutablePointer<curl_slist>?) -> Result) -> Result {
        lines.withBytes { bytes in
            var list = starts.map { start in
                let line = bytes[start...].withMemoryRebound(to: CChar.self) { $0.baseAddress }
                return curl_slist(data: UnsafeMutablePointer(mutating: line), next: nil)
            }
            return list.withUnsafeMutableBufferPointer { list in
                for index in list.indices.dropLast() {
                    list[index].next = list.baseAddress?.advanced(by: index + 1)
                }
                return body(list.baseAddress)
            }
        }
    }

    /// Whether it is a token (RFC 9110, 5.6.2).
    private static func isToken(_ name: String) -> Bool {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        return !name.isEmpty
            && name.utf8.allSatisfy { byte in
                Byte.isDigit(byte) || Byte.isLetter(byte) || marks.contains(byte)
            }
    }

    /// Whether a value may hold the byte (RFC 9110, 5.5).
    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }
}
