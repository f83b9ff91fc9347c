import CredentialCore
import FoundationEssentials

/// Points in time as people write and read them.
enum Moment {
    /// `2026-12-31T23:59:59Z`.
    static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }

    /// How long ago something was: `3 h ago`.
    static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "just now"
        case ..<3600: "\(seconds / 60) min ago"
        case ..<172_800: "\(seconds / 3600) h ago"
        default: "\(seconds / 86_400) d ago"
        }
    }

    /// Reads a day (its end, in UTC), a time in ISO 8601, or a span from now such as `90d` or
    /// `12h`.
    ///
    /// - Throws: `badRequest` when it is none of them.
    static func parse(_ text: String, now: Int64) throws(CredentialError) -> Int64 {
        if let span = span(text) { return now + span }
        if let date = try? Date(text, strategy: .iso8601) {
            return Int64(date.timeIntervalSince1970)
        }
        if let day = try? Date(text + "T23:59:59Z", strategy: .iso8601) {
            return Int64(day.timeIntervalSince1970)
        }
        throw CredentialError(
            .badRequest, "`\(text)` is not a time",
            remedy: "write 2026-12-31, 2026-12-31T12:00:00Z, or a span such as 90d or 12h")
    }

    /// Seconds of `30s`, `15m`, `12h`, `90d` or `6w`; nil when it is no span.
    static func span(_ text: String) -> Int64? {
        let units: [Character: Int64] = [
            "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
        ]
        guard let unit = text.last.flatMap({ units[$0] }),
            let number = Int64(text.dropLast()), (1...100_000).contains(number)
        else { return nil }
        return number * unit
    }
}
