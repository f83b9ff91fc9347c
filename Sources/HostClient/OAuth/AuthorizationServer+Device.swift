import CredentialCore
import HostAccess
import Hosts
import Transport

extension AuthorizationServer {
    /// What to enter on another device (RFC 8628, 3.1 and 3.2).
    ///
    /// - Throws: `configuration` when the server has no such codes.
    func deviceCode(clientSecret: Secret?) throws(CredentialError) -> DeviceCode {
        guard let url = endpoints.device else {
            throw CredentialError(
                .configuration, "\(host) gives out no codes for another device, as far as known",
                remedy: "log in with a browser, or set deviceUrl in `[oauth \"\(host)\"]`")
        }
        let form = FormBody()
        form.add("scope", scopes)
        let answer = try ask(url, form, clientSecret: clientSecret, without: [])
        if let error = answer.error { throw answer.failure(error) }
        return DeviceCode(
            deviceCode: try answer.token("device_code"),
            userCode: try answer.shown("user_code", upTo: 64),
            page: try answer.page(["verification_uri", "verification_url"]),
            completePage: try answer.optionalPage("verification_uri_complete"),
            interval: try answer.seconds("interval").map { Int(min(max($0, 1), 300)) } ?? 5,
            lifetime: answer.lifetime.map { Int(min($0, 3600)) } ?? 900)
    }

    /// Whether it was entered (RFC 8628, 3.4 and 3.5).
    ///
    /// - Throws: `declined` when the person said no, `expired` when the code's time is over.
    func poll(_ deviceCode: Secret, clientSecret: Secret?) throws(CredentialError) -> HostReply {
        let form = FormBody()
        form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
        form.add("device_code", deviceCode)
        let answer = try ask(
            tokenURL(), form, clientSecret: clientSecret, without: [deviceCode])
        switch answer.error {
        case nil: return .tokens(try tokens(in: answer))
        case "authorization_pending": return .pending
        case "slow_down": return .slowDown
        // The second is Microsoft's.
        case "access_denied", "authorization_declined":
            throw CredentialError(.declined, "the login at \(host) was declined there")
        case "expired_token":
            throw CredentialError(
                .expired, "the code for \(host) was not entered in time", remedy: "try again")
        case let error?: throw answer.failure(error)
        }
    }
}
