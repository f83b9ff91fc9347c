/// Percent-encoding of everything but the unreserved characters (RFC 3986, section 2.3).
public enum PercentEncoding {
    private static let unreserved = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Hands the encoded bytes to `body`.
    public static func encode(_ bytes: some Sequence<UInt8>, _ body: (UInt8) -> Void) {
        for byte in bytes {
            if unreserved.contains(byte) {
                body(byte)
            } else {
                body(UInt8(ascii: "%"))
                body(digits[Int(byte >> 4)])
                body(digits[Int(byte & 15)])
            }
        }
    }

    /// The encoded bytes as text.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var encoded: [UInt8] = []
        encode(bytes) { encoded.append($0) }
        return String(decoding: encoded, as: UTF8.self)
    }
}
