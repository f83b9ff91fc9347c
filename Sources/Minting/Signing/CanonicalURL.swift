import CredentialCore
import Transport

/// The parts of a request's URL as they are signed.
///
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct CanonicalURL: Equatable {
    /// Host and port as the `Host` header has them: without the scheme's own port.
    let host: String
    /// The path, normalised and encoded.
    let path: String
    /// The query, encoded and sorted.
    let query: String

    /// Takes an absolute URL apart.
    init(_ url: String) {
        let bytes = Array(url.utf8)
        let isHTTPS = url.utf8.starts(with: "https://".utf8)
        let scheme = isHTTPS ? "https://" : "http://"
        let rest = bytes.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "#") }
        let authority = rest.prefix { !"/?".utf8.contains($0) }
        let path = rest[authority.endIndex...].prefix { $0 != UInt8(ascii: "?") }
        host = Self.host(authority, defaultPort: isHTTPS ? ":443" : ":80")
        self.path = Self.canonical(path: path)
        query = Self.canonical(query: rest[path.endIndex...].dropFirst())
    }

    private static func host(_ authority: ArraySlice<UInt8>, defaultPort: String) -> String {
        let text = String(decoding: authority, as: UTF8.self).lowercased()
        return text.hasSuffix(defaultPort) ? String(text.dropLast(defaultPort.count)) : text
    }

    /// Dot segments (RFC 3986, section 5.2.4) and empty ones are taken out, and what is left is
    /// encoded once more than it is sent.
    private static func canonical(path: ArraySlice<UInt8>) -> String {
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        var kept: [String] = []
        for segment in segments {
            switch segment {
            case "", ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        let isFolder = !kept.isEmpty && ["", ".", ".."].contains(segments.last)
        return "/" + kept.map { PercentEncoding.text($0.utf8) }.joined(separator: "/")
            + (isFolder ? "/" : "")
    }

    /// Names and values are encoded anew, since there is more than one way to write them, and then
    /// sorted by their bytes.
    private static func canonical(query: ArraySlice<UInt8>) -> String {
        query.split(separator: UInt8(ascii: "&")).map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair[name.endIndex...].dropFirst()
            return (
                name: PercentEncoding.text(decoded(name)),
                value: PercentEncoding.text(decoded(value))
            )
        }
        // Both are ASCII by now.
        .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        .map { "\($0.name)=\($0.value)" }
        .joined(separator: "&")
    }

    /// Resolves percent-encoding; a `%` that begins none stands for itself.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let high = Byte.hexValue(rest[rest.startIndex]),
                let low = Byte.hexValue(rest[rest.startIndex + 1])
            {
                result.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
