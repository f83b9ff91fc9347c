import CredentialCore

/// The parts of a credential that are not secret, as text: what ``PortableRules`` reads.
enum CredentialText {
    /// Nil for what a credential does not have.
    static func value(_ part: String, of credential: Credential) -> [UInt8]? {
        switch part {
        case "username": credential.username
        case "authtype": credential.authtype
        case "scope": credential.scope.isNone ? nil : credential.scope.path
        default: text(part, of: credential).map { Array($0.utf8) }
        }
    }

    private static func text(_ part: String, of credential: Credential) -> String? {
        switch part {
        case "name": credential.name
        case "kind": credential.kind.name
        case "origin": credential.origin.name
        case "description": credential.description.isEmpty ? nil : credential.description
        case "bindings":
            credential.bindings.isEmpty
                ? nil
                // A path may hold a space.
                : credential.bindings.map { $0.text.replacing(" ", with: "%20") }
                    .joined(separator: " ")
        case "createdAt": Moment.text(credential.createdAt)
        case "updatedAt": Moment.text(credential.updatedAt)
        case "expiresAt": credential.expiresAt.map(Moment.text)
        case "rotateAfter": credential.rotateAfter.map(Moment.text)
        default: nil
        }
    }
}
