import CredentialCore
import SecretService

/// A refusal as it comes over the bus.
struct ErrorReply {
    /// The error's name, such as `org.freedesktop.DBus.Error.ServiceUnknown`.
    let name: String
    /// What it says, else its name; printable.
    let text: String

    init(name: String, message: String?) {
        self.name = name
        let said = message.flatMap { $0.isEmpty ? nil : $0 } ?? name
        text = Printable.text(String(said.prefix(Self.longestText)))
    }

    /// Whether the object asked is not there. Services differ in how they say it.
    var saysNoObject: Bool {
        [
            "org.freedesktop.Secret.Error.NoSuchObject",
            Self.standard + "UnknownObject",
            Self.standard + "UnknownInterface",
            Self.standard + "UnknownMethod",
        ].contains(name)
    }

    /// Whether the item's keyring is locked.
    var saysLocked: Bool { name == "org.freedesktop.Secret.Error.IsLocked" }

    /// Whether the service does not know what was asked for.
    var saysNotSupported: Bool { name == Self.standard + "NotSupported" }

    /// The failure to report.
    ///
    /// - Parameters:
    ///   - action: what was asked for, after "cannot".
    ///   - isAnswering: whether the service has answered before, so that it was there.
    func failure(
        _ action: String, isAnswering: Bool, _ deadline: Deadline
    ) -> CredentialError {
        guard name.hasPrefix(Self.standard) else {
            return SecretServiceFailure.refused(action, text)
        }
        let kind = name.dropFirst(Self.standard.count)
        if kind.hasPrefix("Spawn.") { return SecretServiceFailure.noService }
        switch kind {
        case "ServiceUnknown", "NameHasNoOwner":
            return isAnswering ? SecretServiceFailure.ended : SecretServiceFailure.noService
        case "NoReply", "Disconnected":
            // The bus', as our own deadline never becomes a message: whoever was asked is gone.
            return SecretServiceFailure.ended
        case "Timeout", "TimedOut":
            return SecretServiceFailure.noAnswer(milliseconds: deadline.milliseconds)
        default:
            return SecretServiceFailure.refused(action, text)
        }
    }

    private static let standard = "org.freedesktop.DBus.Error."
    private static let longestText = 300
}
