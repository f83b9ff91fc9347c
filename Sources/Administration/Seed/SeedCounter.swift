import Bundles
import CredentialCore
import FoundationEssentials

/// The counter that says which of two bundles is later: by default milliseconds since 1970.
enum SeedCounter {
    private static let milliseconds: UInt64 = 1000
    private static let tolerance: UInt64 = 86_400 * milliseconds

    static var now: UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }

    /// Whether no bundle made by the clock would be later for more than a day.
    static func isFuture(_ counter: UInt64) -> Bool { counter > now + tolerance }

    /// The counter of a new bundle.
    ///
    /// - Throws: `badRequest` when it is too high.
    static func checked(
        _ counter: UInt64?, acceptingFuture: Bool
    ) throws(CredentialError) -> UInt64 {
        guard let counter else { return now }
        guard (1...Bundle.counterLimit).contains(counter) else {
            throw CredentialError(
                .badRequest, "the counter \(counter) is beyond what is allowed",
                remedy: "write one from 1 to \(Bundle.counterLimit)")
        }
        guard acceptingFuture || !isFuture(counter) else {
            throw CredentialError(
                .badRequest,
                "the counter \(counter) is more than a day ahead of the clock, "
                    + "\(now), and would block every bundle that is made without one",
                remedy: "write a lower one, or add `--accept-future`")
        }
        return counter
    }
}
