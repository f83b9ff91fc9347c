import CredentialCore
import FoundationEssentials

/// Points in time as people write and read them.
enum Moment {
    /// `2026-12-31T23:59:59Z`.
    static func text(_ seconds: Int64) -> String {
        let (days, rest) = seconds.quotientAndRemainder(flooring: 86_400)
        let (year, month, day) = civil(days)
        var text: [UInt8] = []
        text.reserveCapacity(20)
        if year < 0 { text.append(UInt8(ascii: "-")) }
        write(year.magnitude, digits: 4, to: &text)
        for part in [month, day] {
            text.append(UInt8(ascii: "-"))
            write(UInt64(part), digits: 2, to: &text)
        }
        text.append(UInt8(ascii: "T"))
        write(UInt64(rest / 3600), digits: 2, to: &text)
        for part in [rest / 60 % 60, rest % 60] {
            text.append(UInt8(ascii: ":"))
            write(UInt64(part), digits: 2, to: &text)
        }
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The day that is so many after 1970-01-01 in the Gregorian calendar, by the method of
    /// <https://howardhinnant.github.io/date_algorithms.html>: years begin in March, so that the
    /// leap day is the last of its year.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(flooring: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        return (
            yearOfEra + era * 400 + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, day
        )
    }

    private static func write(_ number: UInt64, digits: Int, to text: inout [UInt8]) {
        let written = Array(String(number).utf8)
        text += Array(repeating: UInt8(ascii: "0"), count: max(digits - written.count, 0))
        text += written
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

extension Int64 {
    /// The quotient that is rounded down, and the remainder, which is never negative.
    fileprivate func quotientAndRemainder(flooring divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
