import CredentialCore
import Glibc

/// What the clocks say: the one that people set, and one that only runs on.
///
/// The first may be set back, which would give what ends at some time a longer life than it has.
/// The second counts from the machine's start, through its sleep, and so tells within one start how
/// much time has really passed.
public struct ClockReading: Hashable, Sendable {
    /// Seconds since 1970.
    public var seconds: Int64
    /// Seconds since the machine was started.
    public var sinceBoot: Int64
    /// Which start that was; empty when it cannot be known.
    public var boot: String

    /// A reading from its parts.
    public init(seconds: Int64, sinceBoot: Int64 = 0, boot: String = "") {
        self.seconds = seconds
        self.sinceBoot = sinceBoot
        self.boot = boot
    }

    /// What they say now.
    public static func now() -> ClockReading {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let boot: Secret? = try? FileWitness.content(
            of: "/proc/sys/kernel/random/boot_id", limit: 64)
        return ClockReading(
            seconds: Int64(Glibc.time(nil)), sinceBoot: Int64(time.tv_sec),
            boot: boot.map { $0.withBytes { String(decoding: $0, as: UTF8.self) } } ?? "")
    }

    /// How many seconds have passed since an earlier reading: what the clock says that says more.
    public func age(since earlier: ClockReading) -> Int64 {
        let shown = seconds - earlier.seconds
        guard !boot.isEmpty, boot == earlier.boot else { return shown }
        return max(shown, sinceBoot - earlier.sinceBoot)
    }
}
