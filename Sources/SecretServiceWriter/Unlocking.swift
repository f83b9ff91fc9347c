import CredentialCore
import SecretService

/// Locks and unlocks the default keyring. Only here is its user asked for a password.
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
        let purpose: Prompt.Purpose
        if let keyring = try Collection.byDefault(connection, until: deadline) {
            guard keyring.isLocked else { return }
            purpose = .unlocking
            request = .secretService(
                Self.service, .service, "Unlock", .tuple(.paths([keyring.path])), answer: "(aoo)")
        } else {
            guard creating else { throw SecretServiceFailure.noDefaultCollection }
            purpose = .creating
            let label = [MethodCall.Interface.collection.rawValue + ".Label": Self.newLabel]
            request = .secretService(
                Self.service, .service, "CreateCollection",
                .tuple(.properties(label), .text("default")), answer: "(oo)")
        }
        let answer = try connection.answer(to: request, action, until: deadline)
        let ending = try connection.run(
            answer.members[1].text, for: purpose, action,
            until: Deadline(milliseconds: promptSeconds * 1000))
        if ending == .abandoned { throw CallFailure.abandoned.error(action) }
        if let keyring = try Collection.byDefault(connection, until: Deadline()), !keyring.isLocked
        {
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

    /// Has the service's user asked whether this program may have an item.
    func confirm(_ path: String, promptSeconds: Int) throws(CredentialError) {
        let action = "ask about an item"
        let items = Items(connection: connection)
        guard try items.item(path)?.isLocked == true else { return }
        let request = MethodCall.secretService(
            Self.service, .service, "Unlock", .tuple(.paths([path])), answer: "(aoo)")
        let answer = try connection.answer(to: request, action, until: Deadline())
        let ending = try connection.run(
            answer.members[1].text, for: .unlocking, action,
            until: Deadline(milliseconds: promptSeconds * 1000))
        guard try items.item(path)?.isLocked == true else { return }
        throw ending == .unanswered
            ? SecretServiceFailure.promptUnanswered(seconds: promptSeconds)
            : SecretServiceFailure.confirmationWanted
    }

    /// Locks it.
    func lock() throws(CredentialError) {
        let deadline = Deadline()
        let action = "lock the keyring"
        guard let keyring = try Collection.byDefault(connection, until: deadline) else {
            throw SecretServiceFailure.noDefaultCollection
        }
        guard !keyring.isLocked else { return }
        let request = MethodCall.secretService(
            Self.service, .service, "Lock", .tuple(.paths([keyring.path])), answer: "(aoo)")
        let answer = try connection.answer(to: request, action, until: deadline)
        try connection.confirm(answer.members[1].text, action)
        guard try Collection.byDefault(connection, until: deadline)?.isLocked != false else {
            throw SecretServiceFailure.refused(action, "it stays unlocked")
        }
    }
}
