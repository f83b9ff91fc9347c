import Glibc

/// Times as services write them, `2026-11-21T12:00:00Z` (ISO 8601, RFC 3339).
public enum ISO8601 {
    /// The seconds since 1970; nil when the text is no such time. A fraction of a second is
    /// dropped, and a time without a zone is none.
    public static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let shape = Array("####-##-##T##:##:##".utf8)
        guard bytes.count > shape.count, zip(bytes, shape).allSatisfy(fits),
            let offset = offset(bytes[shape.count...])
        else { return nil }
        let number = { (range: Range<Int>) in
            bytes[range].reduce(Int32(0)) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
        }
        var time = tm()
        time.tm_year = number(0..<4) - 1900
        time.tm_mon = number(5..<7) - 1
        time.tm_mday = number(8..<10)
        time.tm_hour = number(11..<13)
        time.tm_min = number(14..<16)
        time.tm_sec = number(17..<19)
        let written = (time.tm_mon, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec)
        let seconds = Int64(timegm(&time))
        // `timegm` takes 31 February for 3 March.
        let meant = (time.tm_mon, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec)
        return written == meant ? seconds - offset : nil
    }

    /// The text of a time, in UTC.
    public static func text(_ seconds: Int64) -> String {
        var moment = time_t(seconds)
        var time = tm()
        gmtime_r(&moment, &time)
        var text = [UInt8](repeating: 0, count: 32)
        let count = text.withUnsafeMutableBytes { room in
            strftime(room.baseAddress, room.count, "%Y-%m-%dT%H:%M:%SZ", &time)
        }
        return String(decoding: text[..<count], as: UTF8.self)
    }

    /// Whether a byte is what stands there: a digit for `#`.
    private static func fits(_ byte: UInt8, _ place: UInt8) -> Bool {
        place == UInt8(ascii: "#") ? Byte.isDigit(byte) : byte == place
    }

    /// The seconds that the zone is ahead of UTC. A fraction of a second may come before it.
    private static func offset(_ rest: ArraySlice<UInt8>) -> Int64? {
        var zone = rest
        if zone.first == UInt8(ascii: ".") {
            zone = zone.dropFirst().drop(while: Byte.isDigit)
            guard rest.count - zone.count > 1 else { return nil }
        }
        // Older versions of AWS's own tools write the zone's name.
        if zone.elementsEqual("Z".utf8) || zone.elementsEqual("UTC".utf8) { return 0 }
        let isColumned = zone.count == 6
        guard let sign = zone.first, zone.count >= 5,
            zip(zone, (isColumned ? "+##:##" : "+####").utf8).dropFirst().allSatisfy(fits)
        else { return nil }
        let digits = zone.dropFirst().filter(Byte.isDigit).map { Int64($0 - UInt8(ascii: "0")) }
        guard digits.count == 4, zone.count <= 6 else { return nil }
        let seconds = (digits[0] * 10 + digits[1]) * 3600 + (digits[2] * 10 + digits[3]) * 60
        switch sign {
        case UInt8(ascii: "+"): return seconds
        case UInt8(ascii: "-"): return -seconds
        default: return nil
        }
    }
}
