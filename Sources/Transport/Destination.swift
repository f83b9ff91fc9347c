import CCurl
import CredentialCore
import Glibc

/// Where a request goes. The URL is judged as libcurl parsed it and handed to libcurl parsed, so
/// that no two readings of it can differ.
struct Destination {
    /// The URL.
    let url: ParsedURL
    /// Host and port, to be shown.
    let authority: String
    /// Whether the host is this machine or the service that it finds its own identity at. No proxy
    /// has a business there, and no network that others could listen on lies between.
    let isOwn: Bool

    /// Judges a URL.
    ///
    /// - Throws: `forbidden` when it is none, or plain HTTP to a distant host.
    init(_ text: String) throws(TransportFailure) {
        url = try ParsedURL(text)
        guard
            let scheme = url.part(CURLUPART_SCHEME), let host = url.part(CURLUPART_HOST),
            let port = url.part(CURLUPART_PORT)
        else { throw TransportFailure(.forbidden, "the URL lacks a host") }
        authority = Printable.text("\(host):\(port)")
        isOwn = Self.isOwn(host)
        guard scheme == "https" || scheme == "http" else {
            throw TransportFailure(.forbidden, "\(authority) would be asked over \(scheme)")
        }
        guard scheme == "https" || isOwn else {
            throw TransportFailure(
                .forbidden, "\(authority) would be asked over plain HTTP, which anyone can read")
        }
    }

    /// libcurl writes an IPv4 address of any form out in full and resolves `localhost` without
    /// asking anyone (RFC 6761, 6.3).
    private static func isOwn(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        if host.first == "[" {
            let address = addressBytes(AF_INET6, String(host.dropFirst().dropLast()))
            return address != nil
                && ["::1", "fd00:ec2::254", "fd00:ec2::23"].contains { own in
                    addressBytes(AF_INET6, own) == address
                }
        }
        return addressBytes(AF_INET, host)?.first == 127
            || ["169.254.169.254", "169.254.170.2", "169.254.170.23"].contains(host)
    }

    private static func addressBytes(_ family: Int32, _ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: family == AF_INET6 ? 16 : 4)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}

/// A URL as libcurl parses it.
final class ParsedURL {
    /// libcurl's own.
    let pointer = curl_url()

    /// Parses an absolute URL.
    ///
    /// - Parameter flags: libcurl's. What is signed is what must be sent, so dots in the path stay.
    /// - Throws: `forbidden` when it is none or names a user. The text is not shown: it may hold
    ///   a password.
    init(
        _ text: String, flags: Int32 = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS
    ) throws(TransportFailure) {
        let code = curl_url_set(pointer, CURLUPART_URL, text, UInt32(flags))
        guard code == CURLUE_OK, !text.utf8.contains(0) else {
            let reason = code == CURLUE_OK ? "NUL" : String(cString: curl_url_strerror(code))
            throw TransportFailure(.forbidden, "the URL cannot be used: \(reason)")
        }
    }

    deinit {
        curl_url_cleanup(pointer)
    }

    /// One part of it, the scheme's own port included; nil when there is none.
    func part(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(pointer, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK,
            let text
        else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
