/// What stands in a column, by its heading.
enum CSVColumn: Hashable {
    /// A part of a credential that is not secret.
    case part(String, isBase64: Bool)
    case setting(String)
    /// A secret field.
    case field(String, isBase64: Bool)

    /// The parts in their order.
    static let metadata = [
        "name", "kind", "username", "scope", "bindings", "description", "expiresAt", "rotateAfter",
        "authtype", "origin", "createdAt", "updatedAt",
    ]
    private static let base64 = "base64:"
    private static let setting = "setting:"
    private static let field = "secret:"

    init(heading: String) {
        let isBase64 = heading.hasPrefix(Self.base64)
        let rest = isBase64 ? String(heading.dropFirst(Self.base64.count)) : heading
        if rest.hasPrefix(Self.setting), !isBase64 {
            self = .setting(String(rest.dropFirst(Self.setting.count)))
        } else if rest.hasPrefix(Self.field) {
            self = .field(String(rest.dropFirst(Self.field.count)), isBase64: isBase64)
        } else {
            self =
                Self.metadata.contains(rest)
                ? .part(rest, isBase64: isBase64) : .field(rest, isBase64: isBase64)
        }
    }

    var heading: String {
        switch self {
        case .part(let part, let isBase64): (isBase64 ? Self.base64 : "") + part
        case .setting(let name): Self.setting + name
        case .field(let name, let isBase64):
            (isBase64 ? Self.base64 : "")
                + (Self.metadata.contains(name) || name.contains(":") ? Self.field : "") + name
        }
    }
}
