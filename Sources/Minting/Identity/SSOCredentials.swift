import CredentialCore
import Launch
import ProtectedFiles

/// The credentials that a login at IAM Identity Center gives.
struct SSOCredentials {
    /// A token that has fewer seconds left than this is renewed first.
    private static let leastSeconds: Int64 = 5 * 60
    /// The lock on renewing. It is not in the home of AWS's tools, which know nothing of it.
    private static let lock = "sso.lock"
    /// How long another's renewal is waited for while the old token lives, in milliseconds.
    private static let shortWait = 2000
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
        // What is left of the old token is good for what is done now.
        let isOver = secondsLeft <= 0
        do throws(CredentialError) {
            if canBeRenewed(file), let renewed = try renewed(waiting: isOver) {
                return renewed
            }
        } catch {
            // Another program may have renewed it meanwhile, which takes the old refresh token's
            // worth.
            if let other = try tokenFile(), let token = other.accessToken,
                other.expiresAt ?? 0 > expiresAt
            {
                return token
            }
            if isOver {
                throw error.code == .refused
                    ? loginNeeded("has a login that could not be renewed (\(error.problem))")
                    : error
            }
        }
        guard !isOver else {
            throw loginNeeded("has a login that expired at \(ISO8601.text(expiresAt))")
        }
        return token
    }

    /// Whether there is something to ask for a new token with. A login without a session of its own
    /// is none that can be renewed.
    private func canBeRenewed(_ file: SSOTokenFile) -> Bool {
        login.session != nil && file.refreshToken != nil && file.clientID != nil
            && file.clientSecret != nil
            && file.registrationExpiresAt ?? 0 > surroundings.now()
    }

    /// A new token; nil when there is none. A refresh token is taken once, so one process renews a
    /// login, and the others take what it wrote.
    ///
    /// - Parameter isOver: whether there is nothing to do without it, and so to wait as long as it
    ///   takes for another process that is at it.
    private func renewed(waiting isOver: Bool) throws(CredentialError) -> Secret? {
        let folder = try Folder(making: surroundings.stateFolder)
        let remaining = surroundings.deadline.remaining
        return try folder.withLock(
            Self.lock, deadline: isOver ? remaining : min(remaining / 4, Self.shortWait)
        ) { () throws(CredentialError) in try renewedAlone() }
    }

    private func renewedAlone() throws(CredentialError) -> Secret? {
        guard var file = try tokenFile() else { return nil }
        if let token = file.accessToken, let expiresAt = file.expiresAt,
            expiresAt - surroundings.now() >= Self.leastSeconds
        {
            return token
        }
        guard canBeRenewed(file), let refreshToken = file.refreshToken,
            let clientID = file.clientID, let clientSecret = file.clientSecret
        else { return nil }
        do throws(CredentialError) {
            try file.tryToWrite(login)
        } catch {
            // The next refresh token would be lost, and the old one is spent.
            throw loginNeeded(
                "has a login that is not renewed, as the new one cannot be kept: \(error.problem)",
                error.remedy)
        }
        let token = try caller.refreshSSOToken(
            clientID: clientID, clientSecret: clientSecret, refreshToken: refreshToken,
            region: login.region)
        do throws(CredentialError) {
            try file.replace(with: token, login)
            // What depends on the file depends on what is in it now.
            _ = try tokenFile()
        } catch {
            // It could be written a moment ago; the token is good all the same.
        }
        return token.accessToken
    }

    private func tokenFile() throws(CredentialError) -> SSOTokenFile? {
        try SSOTokenFile(login.tokenFile(home: surroundings.home), surroundings.files)
    }

    private func loginNeeded(_ problem: String, _ remedy: String? = nil) -> CredentialError {
        CredentialError(
            .expired, "\(profile.title) \(problem)",
            remedy: (remedy.map { "\($0), or " } ?? "")
                + "run `aws sso login --profile \(profile.name)`")
    }
}
