import CredentialCore

/// A credential as JSON: everything but its secrets.
struct CredentialSummary: Encodable {
    let id: String
    let name: String
    let kind: String
    let username: String?
    let scope: String?
    let status: String
    let bindings: [String]
    let store: String
    let origin: String
    let description: String?
    let created: String
    let createdBy: String
    let updated: String
    let expires: String?
    let rotateAfter: String?
    let version: UInt64

    init(_ credential: Credential, now: Int64) {
        id = credential.id.text
        name = credential.name
        kind = credential.kind.name
        username = credential.username.map { String(decoding: $0, as: UTF8.self) }
        scope = credential.scope.isNone ? nil : credential.scope.text
        status = CredentialStatus(credential, now: now).rawValue
        bindings = credential.bindings.map(\.text)
        store = credential.store.name
        origin = credential.origin.name
        description = credential.description.isEmpty ? nil : credential.description
        created = Moment.text(credential.createdAt)
        createdBy = credential.createdBy
        updated = Moment.text(credential.updatedAt)
        expires = credential.expiresAt.map(Moment.text)
        rotateAfter = credential.rotateAfter.map(Moment.text)
        version = credential.version
    }

    /// Label and value for each thing there is to say.
    var lines: [(label: String, value: String)] {
        let all: [(String, String?)] = [
            ("name", name), ("kind", kind), ("username", username), ("scope", scope),
            ("status", status), ("bindings", bindings.joined(separator: ", ")), ("store", store),
            ("origin", origin), ("description", description),
            ("created", "\(created) by \(createdBy)"),
            ("updated", updated), ("expires", expires), ("rotate after", rotateAfter), ("id", id),
        ]
        return all.compactMap { label, value in
            value.flatMap { $0.isEmpty ? nil : (label, Printable.text($0)) }
        }
    }
}
