import CredentialCore
import SecretJSON
import Transport

/// What a token says of itself where it is a JWT (RFC 7519) as registries use it
/// (<https://distribution.github.io/distribution/spec/auth/jwt/>). Nobody checked its signature: it
/// is shown, and nothing is decided by it but what is said.
struct TokenClaims {
    /// Whose it is.
    private(set) var subject: String?
    /// What it allows: `repository:acme/app:pull`; nil when it does not say.
    private(set) var access: [String]?

    /// The claims of a token; nil when it is no JWT.
    ///
    /// - Parameter secrets: what was sent for it, and must not be shown.
    init?(_ token: Secret, without secrets: [Secret]) {
        guard let payload = WebToken.claims(of: token) else { return nil }
        let read: TokenClaims? = payload.withBytes { bytes in
            var reader = JSONReader(bytes, of: "the token", expecting: "a JSON object")
            return try? Self(&reader)
        }
        guard let read else { return nil }
        let isShown = { (text: String) in
            ServerMessage.text(Secret(copying: Array(text.utf8)), without: secrets) != nil
        }
        subject = read.subject.flatMap { isShown($0) ? $0 : nil }
        access = read.access?.filter(isShown)
    }

    private init(_ reader: inout JSONReader) throws(CredentialError) {
        var (subject, access): (String?, [String]?) = (nil, nil)
        try reader.readObject { (name, reader) throws(CredentialError) in
            if name.isName("sub"), let text = try? reader.readString() {
                subject = Printable.text(text.bytes.prefix(100))
            } else if name.isName("access"), let list = try? Self.readAccess(&reader) {
                access = list
            } else {
                try reader.skipValue()
            }
        }
        (self.subject, self.access) = (subject, access)
    }

    private static func readAccess(
        _ reader: inout JSONReader
    ) throws(CredentialError) -> [String] {
        var list: [String] = []
        try reader.readArray { (reader) throws(CredentialError) in
            var (type, name, actions): (String, String, [String]) = ("", "", [])
            try reader.readObject { (member, reader) throws(CredentialError) in
                if member.isName("type") {
                    type = Printable.text(try reader.readString().bytes)
                } else if member.isName("name") {
                    name = Printable.text(try reader.readString().bytes)
                } else if member.isName("actions") {
                    try reader.readArray { (reader) throws(CredentialError) in
                        actions.append(Printable.text(try reader.readString().bytes))
                    }
                } else {
                    try reader.skipValue()
                }
            }
            if !actions.isEmpty {
                list.append("\(type):\(name):\(actions.joined(separator: ","))")
            }
        }
        return list
    }

    /// Whether it allows something in a repository; true where it does not say.
    func allows(_ action: String, in repository: String) -> Bool {
        access?.contains { entry in
            let parts = entry.split(separator: ":")
            return parts.count >= 3 && parts.first == "repository"
                && parts.dropFirst().dropLast().joined(separator: ":") == repository
                && parts.last?.split(separator: ",").contains { $0 == action || $0 == "*" } ?? false
        } ?? true
    }
}
