import CSecret
import CredentialCore
import SecretService

/// Locks and unlocks the default keyring. Only here may the service show windows.
struct Unlocking {
    private static let service = "/org/freedesktop/secrets"
    /// What a keyring made here is called.
    private static let newLabel = "Default keyring"
    let connection: Connection

    /// Unlocks it.
    ///
    /// - Parameters:
    ///   - promptSeconds: how long its user has to answer.
    ///   - creating: whether one is made where there is none.
    func unlock(promptSeconds: Int, creating: Bool) throws(CredentialError) {
        let deadline = Deadline()
        let action = "unlock the keyring"
        let request: MethodCall
        if let keyring = try DefaultKeyring(connection, until: deadline) {
            guard keyring.isLocked else { return }
            request = .secretService(
                Self.service, .service, "Unlock", .tuple(.paths([keyring.path])), answer: "(aoo)")
        } else {
            guard creating else { throw SecretServiceFailure.noDefaultCollection }
            let label = [MethodCall.Interface.collection.rawValue + ".Label": Self.newLabel]
            request = .secretService(
                Self.service, .service, "CreateCollection",
                .tuple(.properties(label), .text("default")), answer: "(oo)")
        }
        let answer = try connection.answer(to: request, action, until: deadline)
        let ending = try run(answer.members[1].text, action, promptSeconds)
        if ending == .abandoned { throw CallFailure.abandoned.error(action) }
        if let keyring = try DefaultKeyring(connection, until: Deadline()), !keyring.isLocked {
            return
        }
        switch ending {
        case .unanswered: throw SecretServiceFailure.promptUnanswered(seconds: promptSeconds)
        case .serviceEnded: throw SecretServiceFailure.ended
        case .dismissed, .abandoned: throw SecretServiceFailure.promptDismissed
        case .answered:
            throw SecretServiceFailure.refused(action, "it stays locked although it was answered")
        }
    }

    /// Locks it. It asks nobody.
    func lock() throws(CredentialError) {
        let deadline = Deadline()
        let action = "lock the keyring"
        guard let keyring = try DefaultKeyring(connection, until: deadline) else {
            throw SecretServiceFailure.noDefaultCollection
        }
        guard !keyring.isLocked else { return }
        let request = MethodCall.secretService(
            Self.service, .service, "Lock", .tuple(.paths([keyring.path])), answer: "(aoo)")
        let answer = try connection.answer(to: request, action, until: deadline)
        try connection.refuse(answer.members[1].text, action, until: deadline)
        guard try DefaultKeyring(connection, until: deadline)?.isLocked != false else {
            throw SecretServiceFailure.refused(action, "it stays unlocked")
        }
    }

    /// Runs a prompt, if it is one.
    private func run(
        _ path: String, _ action: String, _ promptSeconds: Int
    ) throws(CredentialError) -> Prompt.Ending {
        guard path != "/" else { return .answered }
        let deadline = Deadline()
        let bus = try connection.connectedBus(until: deadline)
        do throws(CallFailure) {
            guard let owner = try bus.serviceOwner(until: deadline) else { return .serviceEnded }
            return try Prompt(path, of: owner, on: bus).run(
                until: Deadline(milliseconds: promptSeconds * 1000))
        } catch {
            throw error.error(action)
        }
    }
}

extension Connection {
    /// Takes back what a request would ask its user first, and fails; done when it asks nothing.
    ///
    /// - Parameter prompt: the prompt's path, `/` for none.
    func refuse(
        _ prompt: String, _ action: String, until deadline: Deadline
    ) throws(CredentialError) {
        guard prompt != "/" else { return }
        let dismissal = MethodCall.secretService(prompt, .prompt, "Dismiss")
        _ = try answer(to: dismissal, until: deadline)
        throw SecretServiceFailure.refused(action, "it wants to ask its user first")
    }
}
