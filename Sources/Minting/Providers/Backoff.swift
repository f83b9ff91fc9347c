import Glibc
import Launch
import Transport

/// The pauses between attempts: each twice as long as the last at most, and a random part of that,
/// so that many programs that failed together do not come back together.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
enum Backoff {
    /// How often something is asked at most.
    static let attempts = 3
    private static let base = 200
    private static let cap = 2000

    /// Waits before another attempt; false when there is no time for one.
    ///
    /// - Parameter attempt: the number of attempts that failed.
    static func pause(after attempt: Int, within deadline: Deadline) -> Bool {
        guard attempt < attempts else { return false }
        let pause = Int.random(in: 0...longest(after: attempt))
        guard pause < deadline.remaining else { return false }
        usleep(UInt32(pause) * 1000)
        return true
    }

    /// The longest pause, in milliseconds.
    static func longest(after attempt: Int) -> Int {
        min(base << (attempt - 1), cap)
    }
}
