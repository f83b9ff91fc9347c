import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// Logins that an authorization server gave out, as the stores hold them.
extension HelperSession {
    /// The login that a user name means which is no stored one, but the account's: where git has to
    /// send `oauth2` for everybody, people still name themselves in the repository's URL.
    func accountsLogin(
        _ query: Query, among candidates: [Candidate], in file: SealedFile
    ) throws(CredentialError) -> Candidate? {
        guard let account = query.username else { return nil }
        var anybodys = query
        anybodys.username = nil
        let logins = candidates.filter { candidate in
            guard candidate.origin == .git, candidate.kind == .token,
                case .fits = Resolver.verdict(on: candidate, for: anybodys)
            else { return false }
            return true
        }
        guard !logins.isEmpty else { return nil }
        let credentials = try file.credentials()
        let theirs = logins.filter { login in
            let mark = credentials.first { $0.id == login.id }.flatMap { OAuthMark($0) }
            return mark?.isFor(account) ?? false
        }
        guard case .answer(let answer) = Resolver.resolve(anybodys, among: theirs) else {
            return nil
        }
        return answer
    }

    /// The secret of the client as which Keyfob is registered at a host; nil where it has none.
    ///
    /// - Throws: `notFound` when the configuration names one that is not stored, and what reading
    ///   throws.
    func clientSecret(at address: Address) throws(CredentialError) -> Secret? {
        guard let name = configuration.oauthClient(at: address)?.secretName else { return nil }
        let secret = try reading { (file: SealedFile) throws(CredentialError) -> Secret? in
            guard let credential = try file.credentials().first(where: { $0.name == name }) else {
                return nil
            }
            return try unlocking { () throws(CredentialError) in
                try fields(of: credential, in: file).primary
            }
        }
        guard let secret = secret ?? nil else {
            throw CredentialError(
                .notFound,
                "the client secret \(name) that [oauth] names for \(address.text) "
                    + "is not stored",
                remedy: "add it with `keyfob add \(name) --kind secret`")
        }
        return secret
    }

    private func fields(
        of credential: Credential, in file: SealedFile
    ) throws(CredentialError) -> SecretFields {
        guard credential.store == .file else {
            return try secretService.fields(of: SecretReference(credential))
        }
        return try file.fields(of: credential)
    }
}

/// A login that answers, with everything that git may be told of it.
struct AnsweringLogin {
    var candidate: Candidate
    var secret: Secret
    var refreshToken: Secret?
    /// What makes it an OAuth login; nil for any other, and where nobody needed to know.
    var mark: OAuthMark?
}
