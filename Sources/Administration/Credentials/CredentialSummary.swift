import CredentialCore

/// A credential as JSON: everything but its secrets.
struct CredentialSummary: Encodable {
    let id: String
    let name: String
    let kind: String
    /// An access key's is its id.
    let username: String?
    let settings: [String: String]?
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
        settings =
            credential.settings.isEmpty
            ? nil
            : Dictionary(
                credential.settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
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
        let user = kind == Kind.accessKey.name ? "access key id" : "username"
        let settings: [(String, String?)] = (settings ?? [:]).sorted { $0.key < $1.key }
            .map { ($0.key.replacing("-", with: " "), $0.value) }
        let all: [(String, String?)] =
            [("name", name), ("kind", kind), (user, username)] + settings + [
                ("scope", scope),
                ("status", status), ("bindings", bindings.joined(separator: ", ")),
                ("store", store),
                ("origin", origin), ("description", description),
                ("created", "\(created) by \(createdBy)"),
                ("updated", updated), ("expires", expires), ("rotate after", rotateAfter),
                ("id", id),
            ]
        return all.compactMap { label, value in
            value.flatMap { $0.isEmpty ? nil : (label, Printable.text($0)) }
        }
    }
}
