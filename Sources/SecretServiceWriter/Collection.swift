import CredentialCore
import SecretService

/// A keyring.
struct Collection {
    private static let service = "/org/freedesktop/secrets"
    let path: String
    let label: String
    let isLocked: Bool

    /// Looks up the one that the alias `default` stands for; nil when there is none.
    static func byDefault(
        _ connection: Connection, until deadline: Deadline
    ) throws(CredentialError) -> Collection? {
        let alias = MethodCall.secretService(
            service, .service, "ReadAlias", .tuple(.text("default")), answer: "(o)")
        let answer = try connection.answer(
            to: alias, "name its default keyring", until: deadline)
        let path = answer.members[0].text
        // An alias may outlive its collection.
        return path == "/" ? nil : try Collection(path, connection, until: deadline)
    }

    /// Looks one up; nil when there is none.
    init?(
        _ path: String, _ connection: Connection, until deadline: Deadline
    ) throws(CredentialError) {
        let action = "describe a keyring"
        let call = MethodCall.properties(of: path, .collection)
        switch try connection.answer(to: call, until: deadline) {
        case .success(let answer):
            let properties = answer.members[0]
            guard let isLocked = properties.property("Locked", "b")?.isTrue else {
                throw SecretServiceFailure.refused(action, "it does not say whether it is locked")
            }
            self.path = path
            self.isLocked = isLocked
            label = properties.property("Label", "s")?.text ?? ""
        case .failure(let failure) where failure.isNoSuchObject: return nil
        case .failure(let failure): throw failure.error(action)
        }
    }
}
