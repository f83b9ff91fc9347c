import Bundles
import CredentialCore
import ProtectedFiles

/// The administrators whose bundles are applied here: a file with a line for each, the key and the
/// time it was pinned.
struct TrustedSigners {
    /// A pinned key.
    struct Signer: Encodable {
        let key: SignerKey
        let pinnedAt: String

        private enum CodingKeys: CodingKey {
            case signer
            case fingerprint
            case pinnedAt
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key.text, forKey: .signer)
            try container.encode(key.fingerprint, forKey: .fingerprint)
            try container.encode(pinnedAt, forKey: .pinnedAt)
        }
    }

    private static let name = "trusted-signers"
    private static let lengthLimit = 1 << 20

    private(set) var signers: [Signer] = []

    /// Reads the file; nobody is trusted when there is none.
    ///
    /// - Throws: `damaged` when a line is not a key, `unsafeFile` when others can write it.
    init(in folder: borrowing Folder) throws(CredentialError) {
        guard let file = try folder.file(Self.name, rule: .secret) else { return }
        let text = String(
            decoding: try file.readAll(limit: Self.lengthLimit), as: UTF8.self)
        for (index, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ")
            guard words.count == 2, let key = try? SignerKey(String(words[0])) else {
                throw CredentialError(
                    .damaged, "line \(index + 1) of \(folder.path(of: Self.name)) is not a key",
                    remedy: "remove the line, then pin the key with `keyfob seed trust`")
            }
            signers.append(Signer(key: key, pinnedAt: String(words[1])))
        }
    }

    func contains(_ key: SignerKey) -> Bool { signers.contains { $0.key == key } }

    mutating func add(_ key: SignerKey, at time: Int64) {
        signers.append(Signer(key: key, pinnedAt: Moment.text(time)))
    }

    mutating func remove(_ key: SignerKey) {
        signers.removeAll { $0.key == key }
    }

    func write(in folder: borrowing Folder) throws(CredentialError) {
        let lines = signers.map { "\($0.key.text) \($0.pinnedAt)\n" }.joined()
        try folder.replace(Self.name, with: Array(lines.utf8))
    }
}
