import CredentialCore
import SecretJSON

extension KindTemplate {
    /// A service account's key file.
    static let serviceAccount = KindTemplate(
        name: "service-account", kind: .serviceAccount,
        summary: "the key file of a Google Cloud service account",
        fields: [
            FieldRule(
                name: "keyFile", label: "key file", place: .secret,
                hint: "The whole JSON file, as Google Cloud gives it out.", isLong: true,
                checkSecret: { (file) throws(CredentialError) in
                    _ = try ServiceAccountKey(reading: file)
                })
        ],
        guide: [
            "In the Google Cloud console: IAM & Admin > Service Accounts > the account > Keys > "
                + "Add key > JSON.",
            "To pull, the account needs the role Artifact Registry Reader on the repository; to "
                + "push, Artifact Registry Writer.",
        ],
        finish: { (credential, fields) throws(CredentialError) in
            guard let file = fields["keyFile"] else { return }
            let key = try ServiceAccountKey(reading: file)
            fields["keyFile"] = ServiceAccountKey.trimmed(file)
            credential.set("clientEmail", to: key.clientEmail)
            credential.set("project", to: key.project)
            credential.set("keyId", to: key.keyID)
        })
}

/// What is not secret in a service account's key file.
///
/// See https://cloud.google.com/iam/docs/keys-create-delete
struct ServiceAccountKey {
    /// The account: `pull@acme.iam.gserviceaccount.com`.
    let clientEmail: String
    /// The project the account is of.
    let project: String
    /// The key's number, by which it is told from the account's other keys.
    let keyID: String?

    /// Reads a key file.
    ///
    /// - Throws: `badRequest` with what is missing.
    init(reading file: Secret) throws(CredentialError) {
        var texts: [String: String] = [:]
        var hasPrivateKey = false
        try file.withBytes { (bytes) throws(CredentialError) in
            var reader = JSONReader(bytes, of: "the key file", expecting: "JSON")
            try reader.readObject { (name, reader) throws(CredentialError) in
                let name = String(decoding: name.bytes, as: UTF8.self)
                switch name {
                case "type", "client_email", "project_id", "private_key_id":
                    texts[name] = String(decoding: try reader.readString().bytes, as: UTF8.self)
                case "private_key": hasPrivateKey = Self.isPrivateKey(try reader.readString())
                default: try reader.skipValue()
                }
            }
            try reader.readEnd()
        }
        let type = texts["type"] ?? "missing"
        guard type == "service_account" else {
            throw Self.refusal("its type is \(type), not service_account")
        }
        guard let email = texts["client_email"], email.utf8.contains(UInt8(ascii: "@")) else {
            throw Self.refusal("it has no client_email")
        }
        guard hasPrivateKey else { throw Self.refusal("it has no private_key in PEM") }
        guard let project = texts["project_id"], !project.isEmpty else {
            throw Self.refusal("it has no project_id")
        }
        clientEmail = email
        self.project = project
        keyID = texts["private_key_id"]
    }

    /// The file without the white space at its end, which clients that are given it on a line of
    /// its own drop as well: what they store is then what is stored already.
    static func trimmed(_ file: Secret) -> Secret {
        file.withBytes { bytes in
            let end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0
            return Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
    }

    /// Whether it begins like a private key in PEM (RFC 7468, section 10).
    private static func isPrivateKey(_ text: JSONText) -> Bool {
        let start = SecretBuffer()
        text.forEachByte { byte in if start.count < 32 { start.append(byte) } }
        return start.withBytes { bytes in
            ["-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"].contains {
                bytes.starts(with: $0.utf8)
            }
        }
    }

    private static func refusal(_ problem: String) -> CredentialError {
        CredentialError(
            .badRequest, "this is not the key file of a service account: \(problem)",
            remedy: "give the whole JSON file that Google Cloud gave out for the key")
    }
}
