import Glibc

/// A point in time by which everything has to be done.
struct Deadline {
    /// The time given at the start, for the message to whoever waited.
    let milliseconds: Int
    private let end: Int64

    /// A deadline that is so many milliseconds away.
    init(milliseconds: Int) {
        self.milliseconds = milliseconds
        // A day is for ever here, and what is left of it always fits libdbus' int.
        end =
            Self.now + Int64(min(max(milliseconds, 0), 86_400_000)) * Self.nanosecondsPerMillisecond
    }

    /// The milliseconds that are left, rounded up: whoever waits for them finds it passed.
    var remaining: Int32 {
        let left = max(end - Self.now, 0) + Self.nanosecondsPerMillisecond - 1
        return Int32(left / Self.nanosecondsPerMillisecond)
    }

    /// Whether there is no time left.
    var hasPassed: Bool { Self.now >= end }

    private static let nanosecondsPerMillisecond: Int64 = 1_000_000

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
