import CSecret
import CredentialCore
import Keyring
import SecretService

/// The collection that the alias `default` stands for.
struct DefaultKeyring {
    let path: String
    let label: String
    let isLocked: Bool

    /// Looks it up; nil when there is none.
    init?(_ connection: Connection, until deadline: Deadline) throws(CredentialError) {
        let action = "name its default keyring"
        let alias = MethodCall.secretService(
            "/org/freedesktop/secrets", .service, "ReadAlias", .tuple(.text("default")),
            answer: "(o)")
        path = try connection.answer(to: alias, action, until: deadline).members[0].text
        guard path != "/" else { return nil }
        let call = MethodCall.properties(of: path, .collection)
        switch try connection.answer(to: call, until: deadline) {
        case .success(let answer):
            let properties = answer.members[0]
            guard let isLocked = properties.property("Locked", "b")?.isTrue else {
                throw SecretServiceFailure.refused(action, "it does not say whether it is locked")
            }
            self.isLocked = isLocked
            label = properties.property("Label", "s")?.text ?? ""
        // An alias may outlive its collection.
        case .failure(let failure) where failure.isNoSuchObject: return nil
        case .failure(let failure): throw failure.error(action)
        }
    }
}
