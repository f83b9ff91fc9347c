import Glibc

/// A point in time as signatures have it: `20150830T123600Z`.
struct Timestamp {
    /// The day: `20150830`.
    let date: String
    /// Day and time.
    let text: String

    /// - Parameter time: Seconds since 1970.
    init(_ time: Int64) {
        var seconds = time_t(time)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        date =
            Self.digits(parts.tm_year + 1900, 4) + Self.digits(parts.tm_mon + 1)
            + Self.digits(parts.tm_mday)
        text =
            "\(date)T\(Self.digits(parts.tm_hour))\(Self.digits(parts.tm_min))"
            + "\(Self.digits(parts.tm_sec))Z"
    }

    private static func digits(_ value: Int32, _ count: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
}
