import CredentialCore
import HostAccess
import SealedFile

/// What a renewal leaves in the stores.
extension LoginRenewal {
    /// Checks that the store takes the answer, by writing it as it is: whatever would keep it from
    /// doing so is found before the old token is spent.
    func checkWritable() throws(CredentialError) {
        do throws(CredentialError) {
            _ = try session.unlocking { () throws(CredentialError) in
                try SealedFile.update(
                    session.location, now: session.now, otherStore: session.secretService
                ) { (draft) throws(CredentialError) in
                    guard let credential = draft.credential(login.candidate.id) else {
                        return .unchanged
                    }
                    try draft.update(credential)
                    return .changed
                }
            }
        } catch {
            throw CredentialError(
                error.code,
                "the login \(login.candidate.name) has expired, and it is not renewed "
                    + "since the new one could not be stored: \(error.problem)",
                remedy: error.remedy)
        }
    }

    /// Stores the answer, before anybody is given it.
    ///
    /// - Throws: what keeps the store from taking it, where the server has spent the old token.
    func keep(
        _ tokens: OAuthTokens, _ current: Current
    ) throws(CredentialError) -> AnsweringLogin {
        var renewed = current.login
        renewed.secret = tokens.access
        renewed.refreshToken = tokens.refresh ?? current.login.refreshToken
        renewed.candidate.expiresAt = tokens.expiresAt
        renewed.mark = OAuthMark(
            provider: tokens.provider, account: tokens.account ?? current.login.mark?.account,
            // A request without the host's challenges does not show it.
            isBearer: tokens.isBearer || current.login.mark?.isBearer == true)
        renewed.mark?.identity = tokens.identity ?? current.login.mark?.identity
        renewed.mark?.requestedName = current.login.mark?.requestedName
        do throws(CredentialError) {
            var isKept = true
            try session.write(into: current.credential.store) {
                (draft, _) throws(CredentialError) in
                isKept = try replace(current, with: renewed, in: draft)
                return isKept ? .changed : .unchanged
            }
            // Somebody logged in anew meanwhile: that login answers.
            if !isKept, let newest = try newest() { return newest.login }
        } catch {
            let isRotated = tokens.refresh.map { !($0.matches(refreshToken(current))) } ?? false
            let problem =
                "the renewed login \(login.candidate.name) could not be stored: \(error.problem)"
            guard !isRotated else {
                throw CredentialError(
                    error.code, problem,
                    remedy: "\(error.remedy.map { "\($0), then " } ?? "")"
                        + "log in again with `\(loginCommand)`")
            }
            StandardStreams.writeError("keyfob: \(problem)")
        }
        return renewed
    }

    private func refreshToken(_ current: Current) -> Secret {
        current.login.refreshToken ?? Secret(copying: [])
    }

    /// Puts the renewed login in the place of the old one, unless that is gone.
    private func replace(
        _ current: Current, with renewed: AnsweringLogin, in draft: Draft
    ) throws(CredentialError) -> Bool {
        guard var credential = unreplaced(current, in: draft) else { return false }
        // A git that still uses the old token sends it back when it is done.
        credential.replacedFingerprint = try draft.fingerprint(
            of: credential, username: credential.username, secret: current.login.secret)
        credential.expiresAt = renewed.candidate.expiresAt
        credential.updatedAt = HelperSession.time()
        OAuthMark.set(renewed.mark, of: &credential)
        var fields = SecretFields(credential.kind, primary: renewed.secret)
        fields["refreshToken"] = renewed.refreshToken
        try draft.update(credential, fields)
        return true
    }

    /// The credential as it stands now; nil when somebody stored another login meanwhile, with
    /// which its version was raised.
    private func unreplaced(_ current: Current, in draft: Draft) -> Credential? {
        guard let credential = draft.credential(current.credential.id),
            credential.version == current.credential.version
        else { return nil }
        return credential
    }

    /// Notes a failure for those who wait, and a refusal for all who come after.
    func note(
        _ error: CredentialError, _ current: Current, _ key: TokenKey, _ cache: TokenCache
    ) {
        let now = HelperSession.time()
        do throws(CredentialError) {
            let entry = TokenEntry(order: [], failure: TokenEntry.Failure(at: now, error: error))
            try cache.put(entry, for: key, now: now)
        } catch {
            cache.noteUnwrittenFailure(at: now)
        }
        guard error.code == .expired else { return }
        _ = try? session.write(into: .file) {
            (draft, _) throws(CredentialError) in
            guard var credential = unreplaced(current, in: draft),
                var mark = OAuthMark(credential)
            else { return .unchanged }
            mark.refusedAt = now
            OAuthMark.set(mark, of: &credential)
            try draft.update(credential, as: .suspended)
            return .changed
        }
    }
}
