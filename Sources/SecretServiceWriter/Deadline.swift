import Glibc

/// When an answer is due.
struct Deadline {
    /// How long everything but a person's answer may take.
    static let answerMilliseconds = 10_000
    /// More than any wait makes sense; GLib counts in 32 bits.
    private static let longest = 86_400_000
    private let end: Int
    /// Whether nothing is waited for any more once whoever asked is gone.
    let endsWithChannel: Bool

    /// A deadline that is `milliseconds` away, at most a day.
    init(milliseconds: Int = answerMilliseconds) {
        end = Self.now() + min(max(milliseconds, 0), Self.longest)
        endsWithChannel = true
    }

    /// The time for tidying up, which is done even when whoever asked is gone.
    static func grace() -> Deadline { Deadline(graceMilliseconds: 2000) }

    private init(graceMilliseconds: Int) {
        end = Self.now() + graceMilliseconds
        endsWithChannel = false
    }

    /// The milliseconds left, never less than none.
    var remaining: UInt32 { UInt32(max(end - Self.now(), 0)) }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
