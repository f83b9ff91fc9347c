import CredentialCore

/// The credentials that a login at IAM Identity Center gives.
struct SSOCredentials {
    /// A token that has fewer seconds left than this is renewed first.
    private static let leastSeconds: Int64 = 5 * 60
    private let profile: AWSSection
    private let login: SSOLogin
    private let caller: AWSCaller
    private let surroundings: AWSSurroundings

    /// Those of a profile.
    ///
    /// - Throws: `configuration` when what it says of the login is not enough.
    init(
        _ profile: AWSSection, _ configuration: AWSConfiguration, _ caller: AWSCaller
    ) throws(CredentialError) {
        self.profile = profile
        self.caller = caller
        surroundings = configuration.surroundings
        login = try SSOLogin(profile, configuration)
    }

    /// The credentials.
    ///
    /// - Throws: `expired` when a person has to log in again, and whatever asking for them throws.
    func credentials() throws(CredentialError) -> AWSCredentials {
        var credentials = try caller.ssoCredentials(
            accountID: login.accountID, roleName: login.roleName, accessToken: try accessToken(),
            region: login.region)
        credentials.identity =
            "role \(login.roleName) of \(login.accountID) through the login of \(profile.title)"
        return credentials
    }

    private func accessToken() throws(CredentialError) -> Secret {
        guard let file = try tokenFile(), let token = file.accessToken,
            let expiresAt = file.expiresAt
        else { throw loginNeeded("has no login") }
        let secondsLeft = expiresAt - surroundings.now()
        if secondsLeft >= Self.leastSeconds { return token }
        do throws(CredentialError) {
            if let renewed = try renewed(file) { return renewed }
        } catch {
            // Another program may have renewed it meanwhile, which takes the old refresh token's
            // worth.
            if let other = try tokenFile(), let token = other.accessToken,
                other.expiresAt ?? 0 > expiresAt
            {
                return token
            }
            // What is left of the old token is good for what is done now.
            if secondsLeft <= 0 {
                throw error.code == .refused
                    ? loginNeeded("has a login that could not be renewed (\(error.problem))")
                    : error
            }
        }
        guard secondsLeft > 0 else {
            throw loginNeeded("has a login that expired at \(ISO8601.text(expiresAt))")
        }
        return token
    }

    /// A new token; nil when nothing is there to ask for one with. A login without a session of its
    /// own is none that can be renewed.
    private func renewed(_ file: SSOTokenFile) throws(CredentialError) -> Secret? {
        guard login.session != nil, let refreshToken = file.refreshToken,
            let clientID = file.clientID, let clientSecret = file.clientSecret,
            let registrationEnd = file.registrationExpiresAt,
            registrationEnd > surroundings.now()
        else { return nil }
        let token = try caller.refreshSSOToken(
            clientID: clientID, clientSecret: clientSecret, refreshToken: refreshToken,
            region: login.region)
        var file = file
        do throws(CredentialError) {
            try file.replace(with: token, login)
            // What depends on the file depends on what is in it now.
            _ = try tokenFile()
        } catch {
            // A home that cannot be written, as a container's may be, costs asking each time.
        }
        return token.accessToken
    }

    private func tokenFile() throws(CredentialError) -> SSOTokenFile? {
        try SSOTokenFile(login.tokenFile(home: surroundings.home), surroundings.files)
    }

    private func loginNeeded(_ problem: String) -> CredentialError {
        CredentialError(
            .expired, "\(profile.title) \(problem)",
            remedy: "run `aws sso login --profile \(profile.name)`")
    }
}
