import Bundles
import CredentialCore

/// An export of Keyfob's own: JSON, in clear or sealed with a passphrase.
struct ArchiveSource: ImportSource {
    private let input: ImportInput
    private let passphrase: (() throws(CredentialError) -> Secret)?

    /// - Parameter passphrase: gives the passphrase of a sealed export; nil for one in clear.
    init(_ input: ImportInput, passphrase: (() throws(CredentialError) -> Secret)? = nil) {
        self.input = input
        self.passphrase = passphrase
    }

    var isWhole: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        let isSealed = input.bytes.withBytes(PassphraseSeal.isSealed)
        guard isSealed == (passphrase != nil) else {
            throw CredentialError(
                .badRequest, "\(input.name) is \(isSealed ? "" : "no ")sealed export",
                remedy: isSealed ? "use `--from sealed`" : "use `--from json`")
        }
        let json: Secret
        if let passphrase {
            let passphrase = try passphrase()
            json = try input.bytes.withBytes { (bytes) throws(CredentialError) in
                try PassphraseSeal.open(bytes, passphrase: passphrase)
            }
        } else {
            json = input.bytes
        }
        return try CredentialArchive.decode(json, of: input.name).enumerated().map { index, login in
            ImportEntry(
                place: "\(input.name), credential \(index + 1)", address: login.shownAddress
            ) { () throws(CredentialError) in try login.withPublicKey() }
        }
    }
}

extension ImportedCredential {
    /// What a person knows it by in a table of what is imported.
    var shownAddress: String { binding?.text ?? credential.name }
}
