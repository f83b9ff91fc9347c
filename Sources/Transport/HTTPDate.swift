import CredentialCore

/// The time in a `Date` header: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
public enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The seconds since 1970; nil when the text is no such time. The day of the week says nothing.
    public static func seconds(_ text: String) -> Int64? {
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .compactMap { String($0) }
        guard parts.count == 6, parts[0].utf8.count == 4, parts[0].hasSuffix(","),
            let month = months.firstIndex(of: parts[2]), parts[5] == "GMT"
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return ISO8601.seconds("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}

extension HTTPResponse {
    /// When the host answered, by its own clock, in seconds since 1970; nil when it does not say.
    public var date: Int64? { header("date").flatMap(HTTPDate.seconds) }
}
