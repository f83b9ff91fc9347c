import Configuration
import CredentialCore
import Keyring
import SealedFile
import SecretService

/// Compares the catalogue with what the keyring holds.
struct KeyringCheck {
    /// What is wrong, in the terms of the check of the encrypted file.
    private(set) var problems: [Problem] = []
    /// Items of ours that no credential names.
    private(set) var orphans: [ServiceItem] = []

    /// Whether the keyring holds secrets, or is to hold them.
    let isInUse: Bool

    /// Something wrong in the keyring.
    struct Problem {
        let code: CredentialError.Code
        let place: String
        let message: String
    }

    /// Checks every credential whose secret the keyring keeps.
    ///
    /// - Parameters:
    ///   - file: the catalogue to go by; nil when there is none.
    ///   - looksAnyway: whether a keyring is looked at that no credential is in.
    init(_ session: AdminSession, _ file: SealedFile?, looksAnyway: Bool) {
        guard let file, let credentials = try? file.credentials() else {
            isInUse = false
            return
        }
        let kept = credentials.filter { $0.store == .secretService }
        isInUse = !kept.isEmpty || session.configuration.store == .secretService
        guard isInUse || looksAnyway else { return }
        var damaged: Set<CredentialID> = []
        for credential in kept.sorted(by: { $0.name < $1.name }) {
            do throws(CredentialError) {
                _ = try session.fields(of: credential, in: file)
            } catch {
                problems.append(
                    Problem(
                        code: error.code, place: "item of \(credential.name)",
                        message: error.message))
                // What cannot be asked about one cannot be asked about the others.
                if error.code.isUnavailable { return }
                damaged.insert(credential.id)
            }
        }
        do throws(CredentialError) {
            // A keyring that is locked shows no orphans; that is not to be taken for none.
            if isInUse { try session.keyring.checkWritable() }
            let newest = try SealedFile.peek(session.location)?.credentials() ?? []
            orphans = try KeyringOrphans.find(session.keyring, besides: newest).filter { item in
                // An item of a credential whose own is gone may be all there is of it.
                !damaged.contains { $0.text == item.attributes[CredentialItem.idAttribute] }
            }
        } catch {
            // A keyring that nobody uses need not be there.
            guard isInUse else { return }
            problems.append(
                Problem(code: error.code, place: "keyring", message: error.message))
        }
    }
}

/// Items of ours that no credential names: a write that was killed, or a removal that failed.
enum KeyringOrphans {
    /// Those that the keyring holds besides the items of these credentials.
    static func find(
        _ keyring: KeyringStore, besides credentials: [Credential]
    ) throws(CredentialError) -> [ServiceItem] {
        let named = credentials.filter { $0.store == .secretService }.map(SecretReference.init)
        let marks = Dictionary(
            named.map { (ItemLocator($0).mark, $0.id.text) },
            uniquingKeysWith: { first, _ in first }
        )
        return try keyring.items([CredentialItem.schemaAttribute: CredentialItem.schema])
            .filter { item in
                guard !item.isLocked else { return false }
                guard let locator = CredentialItem.locator(item) else { return true }
                return marks[locator.mark] != item.attributes[CredentialItem.idAttribute]
            }
    }
}
