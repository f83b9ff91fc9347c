import CredentialCore
import SecretJSON

/// The logins that stand in a configuration file itself, under `auths`. Base64 hides nothing.
struct RegistryAuths {
    private static let secretNames = ["auth", "identitytoken", "registrytoken", "password"]
    private let document: JSONDocument
    private let file: SourceFile

    init(_ document: JSONDocument, _ file: SourceFile) {
        self.document = document
        self.file = file
    }

    func entries() -> [ImportEntry] {
        let members = document.member(at: ["auths"])?.value.members ?? []
        return members.enumerated().compactMap { index, member in
            let filled = Self.secretNames.filter { filledString($0, in: member) != nil }
            // An empty entry is docker's note that a helper has the login.
            guard !filled.isEmpty else { return nil }
            let place = "\(file.path): auths"
            // Go's decoder takes the last of two members of one name, and so do its programs.
            guard JSONDocument.index(of: member.name, in: members, depth: 2) == index else {
                return ImportEntry(
                    place: place, address: member.name,
                    .passedOver("another entry of this name follows, and counts"))
            }
            return ImportEntry(
                place: place, address: member.name, removal: removal(member, filled)
            ) { () throws(CredentialError) in try login(member) }
        }
    }

    private func login(_ entry: JSONNode.Member) throws(CredentialError) -> ImportedCredential {
        if let token = filledString("identitytoken", in: entry) {
            return try ImportedCredential(
                registry: entry.name, username: ImportedCredential.tokenUsername,
                secret: try text(token))
        }
        if let node = filledString("auth", in: entry) {
            let (username, password) = try pair(try text(node))
            return try ImportedCredential(
                registry: entry.name, username: username, secret: password)
        }
        if let password = filledString("password", in: entry) {
            let name = filledString("username", in: entry)
            return try ImportedCredential(
                registry: entry.name, username: Array((name.flatMap(document.string) ?? "").utf8),
                secret: try text(password))
        }
        throw CredentialError(
            .badRequest, "it is a registrytoken, which no credential helper can hand out")
    }

    /// User name and password, which is everything after the first colon.
    private func pair(
        _ encoded: Secret
    ) throws(CredentialError) -> (username: [UInt8], password: Secret) {
        guard let decoded = encoded.withBytes(Base64.decode) else {
            throw CredentialError(.badRequest, "its `auth` is not base64")
        }
        guard let colon = decoded.firstIndex(of: UInt8(ascii: ":")) else {
            throw CredentialError(.badRequest, "its `auth` has no colon after the user name")
        }
        // Old versions of docker ended the password with NUL bytes.
        let end = decoded.withBytes { ($0.lastIndex { $0 != 0 } ?? -1) + 1 }
        return (
            decoded.plainBytes(0..<colon), decoded.slice((colon + 1)..<max(end, colon + 1))
        )
    }

    /// Only what was imported is removed: beside an identity token, a password is another secret.
    private func removal(_ entry: JSONNode.Member, _ filled: [String]) -> ImportRemoval {
        var names = filled
        if filled.contains("identitytoken"), filled.count > 1 {
            let password = filledString("auth", in: entry)
                .flatMap { try? pair(try text($0)) }?.password
            let hasOnlyUser = password?.isEmpty == true && filled == ["auth", "identitytoken"]
            if !hasOnlyUser { names = ["identitytoken"] }
        } else if filled.contains("registrytoken"), filled.count > 1 {
            names.removeAll { $0 == "registrytoken" }
        }
        let members = entry.value.members ?? []
        let written = members.map(\.name).filter { name in
            names.contains { Self.isSame($0, name) }
        }
        return .members(file, written.map { ["auths", entry.name, $0] })
    }

    /// The value of a member that is a string with something in it: the last of its name, whatever
    /// the case, as Go has it.
    private func filledString(_ name: String, in entry: JSONNode.Member) -> JSONNode? {
        let members = entry.value.members ?? []
        return members.last { Self.isSame(name, $0.name) }
            .flatMap { document.isFilledString($0.value) ? $0.value : nil }
    }

    private static func isSame(_ name: String, _ other: String) -> Bool {
        other.utf8.count == name.utf8.count && other.lowercased() == name
    }

    /// A string's bytes, decoded straight into secret memory.
    private func text(_ node: JSONNode) throws(CredentialError) -> Secret {
        try document.bytes.withBytes { (bytes) throws(CredentialError) -> Secret in
            var reader = JSONReader(
                UnsafeRawBufferPointer(rebasing: bytes[node.range]), of: "its secret",
                expecting: "a JSON string")
            return try reader.readString().secret
        }
    }
}
