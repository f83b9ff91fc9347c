import CredentialCore
import Keyring
import SecretService
import SecretServiceLookup

/// The Secret Service as the helpers use it: read by themselves, since that is what a fetch and a
/// pull wait for, and written through `keyfob-keyring`.
final class SecretServiceStore: CredentialStore {
    /// The items that were found elsewhere than where the catalogue remembers them.
    private(set) var relocated: [SecretReference: [UInt8]] = [:]
    /// Whether the catalogue names so many credentials that the keyring must hold many items.
    var expectsManyItems = false
    private let findBus: () -> SessionBus?
    private let readsPlain: Bool
    private lazy var bus = findBus()
    private lazy var keyring = KeyringStore(bus: bus)

    /// - Parameters:
    ///   - readsPlain: whether secrets may come over the bus as they are, which nobody but the user
    ///     can listen to; else they come encrypted, through `keyfob-keyring`.
    ///   - findBus: called when the bus is first needed, which most requests never do.
    init(readsPlain: Bool, bus findBus: @escaping () -> SessionBus?) {
        self.readsPlain = readsPlain
        self.findBus = findBus
    }

    func fields(of reference: SecretReference) throws(CredentialError) -> SecretFields {
        let found = try find(reference)
        if found.isElsewhere { relocated[reference] = found.locator.bytes }
        return found.fields
    }

    private func find(_ reference: SecretReference) throws(CredentialError) -> FoundSecret {
        guard let bus else { throw SecretServiceFailure.noBus }
        guard readsPlain else { return try keyring.find(reference) }
        do throws(CredentialError) {
            return try SecretServiceLookup(bus, expectsManyItems: expectsManyItems).find(reference)
        } catch  where error == SecretServiceFailure.plainRefused {
            return try keyring.find(reference)
        }
    }

    /// Has the keyring's user asked whether we may have a secret, and reads it.
    func confirmedFields(
        of reference: SecretReference, promptSeconds: Int
    ) throws(CredentialError) -> SecretFields {
        try keyring.confirmedFields(of: reference, promptSeconds: promptSeconds)
    }

    /// The state of the keyring that new secrets would go to.
    func defaultCollection() throws(CredentialError) -> DefaultCollection {
        guard let bus else { throw SecretServiceFailure.noBus }
        return try SecretServiceLookup(bus).defaultCollection()
    }

    /// Has the service ask its user for the keyring's password.
    func unlock(promptSeconds: Int) throws(CredentialError) {
        _ = try keyring.ask(.unlock(promptSeconds: promptSeconds, creating: false))
    }

    func save(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) -> [UInt8] {
        // Whether the keyring can be asked at all is found out faster without another program.
        guard let bus else { throw SecretServiceFailure.noBus }
        try SecretServiceLookup(bus).checkWritable()
        return try keyring.save(credential, fields)
    }

    func annotate(_ credential: Credential) throws(CredentialError) {
        try keyring.annotate(credential)
    }

    /// By the program that is to remove something later: a secret is not forgotten and then left in
    /// the keyring because that program does not run.
    func checkWritable() throws(CredentialError) { try keyring.checkWritable() }

    func discard(_ reference: SecretReference) throws(CredentialError) {
        try keyring.discard(reference)
    }

    func prune(_ id: CredentialID, keeping locator: [UInt8]?) throws(CredentialError) {
        try keyring.prune(id, keeping: locator)
    }
}
