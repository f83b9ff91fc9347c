import Configuration
import CredentialCore
import Glibc
import HostAccess
import Hosts
import Keyring
import SealedFile

/// Whether Keyfob could log in at a host by OAuth, or renew such a login: as far as can be told
/// without asking its server.
struct OAuthReadiness {
    let address: Address
    let session: AdminSession

    /// What the host is called in sections and commands.
    private var host: String {
        let authority = Printable.text(address.authority)
        return address.scheme == Scheme.https
            ? authority : "\(Printable.text(address.scheme))://\(authority)"
    }

    /// What keeps a login from being renewed; nil when nothing does.
    ///
    /// - Parameter fields: what is stored of the login.
    func obstacle(
        toRenewing credential: Credential, _ fields: SecretFields
    ) -> CredentialError? {
        guard fields["refreshToken"] != nil else {
            return CredentialError(
                .expired, "no refresh token is stored with it",
                remedy: credential.loginCommand.map { "run `\($0)`" })
        }
        return unknownServer(OAuthMark(credential)?.provider) { $0.token == nil }
            ?? missingSecret() ?? unwritableFolder()
    }

    /// What keeps somebody from logging in; nil when nothing does.
    func obstacleToLogin() -> CredentialError? {
        unknownServer(nil) { $0.token == nil || ($0.authorize == nil && $0.device == nil) }
            ?? missingSecret() ?? unwritableFolder()
    }

    // MARK: Parts

    private func unknownServer(
        _ known: String?, lacks: (OAuthEndpoints) -> Bool
    ) -> CredentialError? {
        let provider = session.configuration.prompt.provider(at: address) ?? known
        let client = session.configuration.oauthClient(at: address)
        var endpoints = OAuthEndpoints(
            of: CodeHost(at: address, provider: provider), at: address, client)
        if lacks(endpoints), provider == nil,
            case .challenges(let said)? = try? HostDesk().ask(.recognize(HostPlace(.git, address)))
        {
            let recognized = CodeHost(at: address, provider: nil, challenges: said)
            endpoints = OAuthEndpoints(of: recognized, at: address, client)
        }
        guard client?.clientID != nil else {
            return CredentialError(
                .configuration, "Keyfob is not registered as an OAuth client at \(host)",
                remedy: "register one (\(endpoints.registration)) and name it by "
                    + "`keyfob setup oauth \(host) --client-id ID`")
        }
        guard lacks(endpoints) else { return nil }
        return CredentialError(
            .configuration, "nobody said where \(host) has its authorization server",
            remedy: "set provider in `[prompt \"\(host)\"]` of Keyfob's configuration, or "
                + "authorizeUrl and tokenUrl in `[oauth \"\(host)\"]`")
    }

    private func missingSecret() -> CredentialError? {
        guard let name = session.configuration.oauthClient(at: address)?.secretName else {
            return nil
        }
        do throws(CredentialError) {
            guard let file = try session.open(),
                let credential = try file.credentials().first(where: { $0.name == name }),
                try session.fieldsAtHand(of: credential, in: file).primary != nil
            else {
                return CredentialError(
                    .notFound, "the client secret \(name) that [oauth] names is not stored",
                    remedy: "add it with `keyfob add \(name) --kind secret`")
            }
            return nil
        } catch {
            return CredentialError(
                error.code, "the client secret \(name) cannot be read: \(error.problem)",
                remedy: error.remedy)
        }
    }

    /// A server's answer is asked for only where it can be stored, and under a lock.
    private func unwritableFolder() -> CredentialError? {
        for folder in [session.location.dataFolder, session.location.stateFolder] {
            guard faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0, errno != ENOENT else {
                continue
            }
            return CredentialError(
                .system, "nothing can be written to \(folder): \(String(cString: strerror(errno)))",
                remedy: "make that folder writable")
        }
        return nil
    }
}

extension AdminSession {
    /// The secret fields, from a store that is open: nobody is asked to unlock it.
    func fieldsAtHand(
        of credential: Credential, in file: SealedFile
    ) throws(CredentialError) -> SecretFields {
        credential.store == .file
            ? try file.fields(of: credential)
            : try keyring.fields(of: SecretReference(credential))
    }
}
