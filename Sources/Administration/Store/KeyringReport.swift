import CredentialCore
import Keyring
import SecretService

/// What `keyfob status` says about the desktop's keyring.
struct KeyringReport: Encodable {
    /// The keyring's own name; nil when there is none, or it cannot be asked.
    let label: String?
    /// Whether it is locked; nil when that is not known.
    let locked: Bool?
    /// Why it cannot be used now, and what to do; nil when it can.
    let problem: String?

    init(_ keyring: KeyringStore) {
        do throws(CredentialError) {
            let status = try keyring.status()
            label = status.label
            locked = status.label == nil ? nil : status.isLocked
            do throws(CredentialError) {
                try keyring.checkWritable()
                problem = nil
            } catch {
                problem = error.message
            }
        } catch {
            label = nil
            locked = nil
            problem = error.message
        }
    }

    /// The state in a line.
    var line: String {
        guard let problem else { return "\(label ?? ""), open" }
        return label.map { "\($0); \(problem)" } ?? problem
    }
}
