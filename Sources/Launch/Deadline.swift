import Glibc

/// A point in time by which everything has to be done.
public struct Deadline: Sendable {
    private let end: Int

    /// A deadline that is so many milliseconds away.
    public init(milliseconds: Int) {
        end = Self.now + milliseconds
    }

    /// The milliseconds that are left, never less than none.
    public var remaining: Int { max(end - Self.now, 0) }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
