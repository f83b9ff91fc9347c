import Configuration
import CredentialCore
import Glibc
import SealedFile
import SecretService

extension HelperSession {
    /// From how many credentials on a fifth call costs less than gnome-keyring's walking through
    /// all its items for each property of one (measured: they meet near 150 items).
    private static let manyItems = 100

    /// The secret fields of a candidate, from the store it rests in.
    ///
    /// - Throws: what the store throws: `locked`, `unreachable`, `damaged`.
    func fields(
        of candidate: Candidate, in file: SealedFile
    ) throws(CredentialError) -> SecretFields {
        guard candidate.store == .file else {
            secretService.expectsManyItems = file.credentialCount > Self.manyItems
            return try secretService.fields(of: SecretReference(candidate))
        }
        return try file.fields(of: candidate)
    }

    /// The secret fields a client is answered from.
    ///
    /// - Parameter mayPrompt: whether the user may be asked to unlock the keyring meanwhile.
    /// - Throws: `unreachable` when they would have to be minted, and what reading throws.
    func answer(
        of candidate: Candidate, in file: SealedFile, mayPrompt: Bool
    ) throws(CredentialError) -> (secret: Secret, refreshToken: Secret?) {
        guard [.password, .token, .serviceAccount].contains(candidate.kind) else {
            throw CredentialError(
                .unreachable,
                "this version cannot use the \(candidate.kind.name) \(candidate.name)",
                remedy: "update keyfob")
        }
        let fields = try fields(of: candidate, in: file, asking: mayPrompt)
        guard let secret = fields.primary else {
            throw CredentialError(
                .damaged, "the secret of \(candidate.name) is empty",
                remedy: "set it with `keyfob edit \(candidate.name)`")
        }
        return (secret, fields["refreshToken"])
    }

    /// The secret fields, after the keyring's user was asked where that is allowed and needed.
    private func fields(
        of candidate: Candidate, in file: SealedFile, asking: Bool
    ) throws(CredentialError) -> SecretFields {
        let read = { () throws(CredentialError) in try self.fields(of: candidate, in: file) }
        do throws(CredentialError) {
            return try unlocking(ifAllowed: asking, read)
        } catch  where error == SecretServiceFailure.confirmationWanted && asking && mayPrompt {
            return try secretService.confirmedFields(
                of: SecretReference(candidate), promptSeconds: configuration.promptTimeout)
        }
    }

    /// Reads what the newest generation of the store names. A secret that is gone may have been
    /// replaced after the catalogue was read: then the newer one is looked up.
    ///
    /// - Returns: nil when nothing was ever stored.
    // Copies of it in its callers would make the programs larger.
    @inline(never)
    func reading<Outcome>(
        from owner: StoreOwner = .user,
        _ body: (SealedFile) throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome? {
        var failure: (generation: UInt64, error: CredentialError)?
        while let file = try open(owner) {
            if let failure, failure.generation == file.generation { throw failure.error }
            do throws(CredentialError) {
                return try body(file)
            } catch  where error.code == .damaged {
                failure = (file.generation, error)
            }
        }
        return nil
    }

    /// Does something, and if the keyring is locked and its user may be asked, once more after
    /// that.
    func unlocking<Outcome>(
        ifAllowed isAllowed: Bool = true, _ body: () throws(CredentialError) -> Outcome
    ) throws(CredentialError) -> Outcome {
        do throws(CredentialError) {
            return try body()
        } catch  where error == SecretServiceFailure.locked && isAllowed && mayPrompt {
            try secretService.unlock(promptSeconds: configuration.promptTimeout)
            return try body()
        }
    }

    /// Whether the configuration allows a prompt, and nobody said that nothing may be asked.
    private var mayPrompt: Bool {
        configuration.unlocksByPrompt && surroundings.variable("GIT_TERMINAL_PROMPT") != "0"
    }

    /// Writes down where secrets were found that had moved, so that the next request need not
    /// search. Best effort: this one is answered.
    func rememberRelocations() {
        SealedFile.relocate(secretService.relocated, location, now: now)
    }
}
