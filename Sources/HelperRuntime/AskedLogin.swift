import Configuration
import CredentialCore
import Events
import HostAccess

/// Logins that a person gives when git finds nothing stored.
extension HelperSession {
    /// What `keyfob-prompt` is asked for.
    ///
    /// - Throws: what reading the client's secret throws.
    func loginRequest(
        _ place: HostPlace, _ mode: PromptPreferences.Mode
    ) throws(CredentialError) -> LoginRequest {
        guard mode == .oauth else { return LoginRequest(place, .ask) }
        var request = LoginRequest(place, .oauth)
        request.clientSecret = try clientSecret(at: place.address)
        return request
    }

    /// Stores what a person gave. What cannot be stored works this once all the same: the person
    /// has done their part.
    func keep(_ entered: EnteredLogin, _ query: Query) {
        var mark = entered.mark
        mark?.requestedName = query.username.map { String(decoding: $0, as: UTF8.self) }
        var query = query
        query.username = entered.username
        query.acceptsHeader = false
        let session = later
        query.now = session.now
        let login = Login(
            username: entered.username, secret: entered.secret, kind: entered.kind,
            isKindCertain: true, expiresAt: entered.expiresAt, refreshToken: entered.refreshToken,
            mark: mark)
        do throws(CredentialError) {
            try session.store(login, query)
        } catch {
            events.append(.refused, error.code.rawValue, now: session.now)
            StandardStreams.writeError(
                "keyfob: the login works this once, but it could not be stored: \(error.message)")
        }
    }
}
