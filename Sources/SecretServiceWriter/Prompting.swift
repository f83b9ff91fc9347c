import CredentialCore
import SecretService

extension Connection {
    /// How long its user has to confirm what takes no password, in milliseconds: such a request is
    /// to be answered as soon as any other.
    private static let confirmationMilliseconds = 7000

    /// Has the service ask its user, if it wants to.
    ///
    /// - Parameters:
    ///   - prompt: the prompt's path, `/` for none.
    ///   - action: what is asked for, after "cannot".
    func run(
        _ prompt: String, for purpose: Prompt.Purpose, _ action: String, until end: Deadline
    ) throws(CredentialError) -> Prompt.Ending {
        guard prompt != "/" else { return .answered }
        let deadline = Deadline()
        let bus = try connectedBus(until: deadline)
        do throws(CallFailure) {
            let owner = try bus.owner(of: Bus.serviceName, until: deadline)
            guard let owner else { return .serviceEnded }
            return try Prompt(prompt, for: purpose, of: owner, on: bus).run(until: end)
        } catch {
            throw error.error(action)
        }
    }

    /// Has the service ask its user for no more than a yes. KeePassXC wants to be allowed to for
    /// everything that it locks or removes, and then shows a window only where it is set to.
    func confirm(_ prompt: String, _ action: String) throws(CredentialError) {
        let end = Deadline(milliseconds: Self.confirmationMilliseconds)
        switch try run(prompt, for: .confirming, action, until: end) {
        case .answered: return
        case .serviceEnded: throw SecretServiceFailure.ended
        case .dismissed, .unanswered, .abandoned:
            throw SecretServiceFailure.refused(action, "its user was asked and did not agree")
        }
    }
}
