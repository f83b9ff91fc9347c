import Configuration
import CredentialCore
import Events
import Keyring
import SealedFile
import SecretService

/// Where secrets rest, and where new ones go.
extension AdminSession {
    /// The store new secrets go to.
    ///
    /// - Throws: `locked` when there is a keyring that may be meant and cannot be used now.
    func targetStore() throws(CredentialError) -> StoreKind {
        try targetStore(besides: try open()?.credentials() ?? [])
    }

    /// The store new secrets go to, where these credentials are all there are.
    func targetStore(besides stored: [Credential]) throws(CredentialError) -> StoreKind {
        try StoreRule.store(configured: configuration.store, stored: stored) {
            () throws(CredentialError) in try keyring.defaultCollection()
        }
    }

    /// Checks, before anything is asked for, that new secrets can be kept, and says where they go.
    ///
    /// - Throws: what keeps the store from taking them.
    func writableStore() throws(CredentialError) -> StoreKind {
        try location.requireWriter()
        let target = try targetStore()
        guard target == .secretService else { return target }
        do throws(CredentialError) {
            try unlocking { () throws(CredentialError) in try keyring.checkWritable() }
        } catch
            where configuration.fallsBackToFile
            && error.code.isUnavailable
        {
            Console.note("\(error.problem); \(location.path) is used instead")
            return .file
        }
        return target
    }

    /// The secret fields of a credential, from the store it rests in. A secret that is gone may
    /// have been replaced after the catalogue was read: then the newer one is looked up.
    ///
    /// - Throws: what the store throws: `locked`, `unreachable`, `damaged`.
    func fields(
        of credential: Credential, in file: SealedFile
    ) throws(CredentialError) -> SecretFields {
        do throws(CredentialError) {
            return try storedFields(of: credential, in: file)
        } catch  where error.code == .damaged {
            guard let newer = try open(), newer.generation != file.generation,
                let current = try newer.credentials().first(where: { $0.id == credential.id })
            else { throw error }
            return try fields(of: current, in: newer)
        }
    }

    private func storedFields(
        of credential: Credential, in file: SealedFile
    ) throws(CredentialError) -> SecretFields {
        guard credential.store == .file else {
            let reference = SecretReference(credential)
            do throws(CredentialError) {
                return try unlocking { () throws(CredentialError) in
                    try keyring.fields(of: reference)
                }
            } catch  where error == SecretServiceFailure.confirmationWanted && Console.isInteractive
            {
                Console.note("the keyring asks, in a window of its own, whether it may be read")
                return try keyring.confirmedFields(
                    of: reference, promptSeconds: configuration.promptTimeout)
            }
        }
        return try file.fields(of: credential)
    }

    /// Checks that a credential's secret could be read and replaced.
    ///
    /// - Throws: `locked` or `unreachable`.
    func requireUnlocked(
        _ credential: Credential, in file: SealedFile
    ) throws(CredentialError) {
        try location.requireWriter()
        guard credential.store != .file else { return try file.requireUnlocked() }
        try unlocking { () throws(CredentialError) in try keyring.checkWritable() }
    }

    /// Does something, and if the keyring is locked and somebody is there to answer its prompt,
    /// once more after that.
    func unlocking<Outcome>(
        _ body: () throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome {
        do throws(CredentialError) {
            return try body()
        } catch  where error == SecretServiceFailure.locked && Console.isInteractive {
            Console.note("the keyring is locked, and asks for its password in a window of its own")
            try unlockKeyring()
            return try body()
        }
    }

    /// Has the keyring ask its user for the password, if it is locked.
    ///
    /// - Parameter creating: whether a keyring is made where there is none.
    /// - Throws: `locked` when nobody answers, or the prompt is dismissed.
    func unlockKeyring(creating: Bool = false) throws(CredentialError) {
        _ = try keyring.ask(
            .unlock(promptSeconds: configuration.promptTimeout, creating: creating))
    }

    /// Writes down where secrets were found that had moved. Best effort.
    func rememberRelocations() {
        SealedFile.relocate(keyring.relocated, location, now: now)
    }
}
