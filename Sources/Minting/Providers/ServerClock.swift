/// What AWS's clock says, as far as its answers told. AWS takes no signature that is more than a
/// few minutes old or early, so a machine whose clock is wrong signs with the server's.
final class ServerClock {
    /// How far off, in seconds, a clock may be before that is blamed for a refusal.
    private static let tolerance: Int64 = 4 * 60

    private let now: () -> Int64
    private var correction: Int64 = 0
    private var lead: Int64?

    init(_ now: @escaping () -> Int64) {
        self.now = now
    }

    /// The time to sign with.
    var signingTime: Int64 { now() + correction }

    /// Takes note of the time in an answer.
    func note(_ serverTime: Int64) { lead = serverTime - now() }

    /// Whether an answer told the time.
    var isChecked: Bool { lead != nil }

    /// Signs with the server's time from now on; false when that is what was done already, give or
    /// take what does not matter.
    func adoptServerTime() -> Bool {
        guard let lead, abs(lead - correction) > Self.tolerance else { return false }
        correction = lead
        return true
    }

    /// How wrong our clock is, as a clause; nil when it is not.
    var complaint: String? {
        guard let lead, abs(lead) > Self.tolerance else { return nil }
        return "the clock of this machine is \(abs(lead)) s \(lead > 0 ? "behind" : "ahead")"
    }
}
