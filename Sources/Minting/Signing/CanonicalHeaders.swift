import CredentialCore
import Transport

/// The headers of a request as they are signed: names in lower case and sorted, the values of one
/// name in the order they are sent, without superfluous white space.
struct CanonicalHeaders {
    /// The names, each once.
    let names: [String]
    private let headers: [HTTPHeader]

    /// Adds the `Host` header that is going to be sent, unless the request has one of its own.
    init(_ sent: [HTTPHeader], host: String) {
        var headers = sent.map { HTTPHeader($0.name.lowercased(), $0.value) }
            .filter { !Self.unsigned.contains($0.name) }
        if !headers.contains(where: { $0.name == "host" }) {
            headers.append(HTTPHeader("host", host))
        }
        self.headers = headers
        names = Set(headers.map(\.name)).sorted()
    }

    /// Appends one line for each name.
    func append(to text: SecretBuffer) {
        for name in names {
            text.append(Array("\(name):".utf8))
            for (place, header) in headers.filter({ $0.name == name }).enumerated() {
                if place > 0 { text.append(",") }
                Self.appendTrimmed(header.value, to: text)
            }
            text.append("\n")
        }
    }

    private static func appendTrimmed(_ value: Secret, to text: SecretBuffer) {
        value.withBytes { bytes in
            var isFirst = true
            for word in bytes.split(whereSeparator: isWhiteSpace) {
                if !isFirst { text.append(" ") }
                text.append(UnsafeRawBufferPointer(rebasing: word))
                isFirst = false
            }
        }
    }

    /// Space, and the controls from tab to carriage return.
    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// What proxies and libcurl add or change on the way.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "keep-alive", "proxy-authorization", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]
}
