import CredentialCore
import SecretJSON
import Transport

/// A login to IAM Identity Center.
struct SSOToken {
    /// What the portal is asked with.
    var accessToken: Secret
    /// When it stops being valid, in seconds since 1970.
    var expiresAt: Int64
    /// What the next one is got with; nil when it stays the same.
    var refreshToken: Secret?
}

extension AWSCaller {
    /// The credentials of a role that somebody has who logged in.
    ///
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>
    ///
    /// - Throws: as ``answer(to:)``.
    func ssoCredentials(
        accountID: String, roleName: String, accessToken: Secret, region: String
    ) throws(CredentialError) -> AWSCredentials {
        guard accessToken.isOneLine else {
            throw CredentialError(
                .refused, "the access token of the SSO login is not one line",
                remedy: Self.loginRemedy)
        }
        let query =
            "role_name=\(PercentEncoding.text(roleName.utf8))"
            + "&account_id=\(PercentEncoding.text(accountID.utf8))"
        let identity = "role \(roleName) in account \(accountID) through SSO"
        var call = AWSCall(
            .sso, "sso:GetRoleCredentials", region: region, identity: identity,
            secrets: [accessToken],
            HTTPRequest(
                .get, "/federation/credentials?\(query)",
                headers: [HTTPHeader("x-amz-sso_bearer_token", accessToken)]))
        let assign = "have this role in this account assigned to you in IAM Identity Center"
        call.remedies = [
            "Unauthorized": Self.loginRemedy, "Forbidden": assign, "AccessDenied": assign,
            "ResourceNotFound": assign,
            "InvalidRequest": "see whether sso_account_id, sso_role_name and sso_region are right",
        ]
        let answer = try answer(to: call)
        return try answer.credentials(
            (
                "roleCredentials.accessKeyId", "roleCredentials.secretAccessKey",
                "roleCredentials.sessionToken"
            ),
            expiresAt: answer.ourTime(try answer.number("roleCredentials.expiration") / 1000),
            identity: identity)
    }

    /// A new token for a login that may be renewed.
    ///
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>
    ///
    /// - Throws: as ``answer(to:)``.
    func refreshSSOToken(
        clientID: String, clientSecret: Secret, refreshToken: Secret, region: String
    ) throws(CredentialError) -> SSOToken {
        let members: [(StaticString, Secret)] = [
            ("clientId", Secret(copying: Array(clientID.utf8))), ("clientSecret", clientSecret),
            ("grantType", Secret(copying: Array("refresh_token".utf8))),
            ("refreshToken", refreshToken),
        ]
        var call = AWSCall(
            .ssoOIDC, "sso-oauth:CreateToken", region: region, identity: "the SSO login",
            secrets: [clientSecret, refreshToken],
            HTTPRequest(
                .post, "/token", headers: [HTTPHeader("Content-Type", "application/json")],
                body: Self.json(members)))
        // The token may be another one each time, and the old one spent.
        call.countsOnce = true
        for code in [
            "InvalidGrant", "ExpiredToken", "InvalidClient", "UnauthorizedClient", "AccessDenied",
            "InvalidRequest", "invalid_grant", "expired_token", "invalid_client",
        ] {
            call.remedies[code] = Self.loginRemedy
        }
        let answer = try answer(to: call)
        let lifetime = try answer.number("expiresIn")
        return SSOToken(
            accessToken: try answer.secret("accessToken"),
            expiresAt: try answer.end(of: "a token", surroundings.now() + lifetime),
            refreshToken: answer.optionalSecret("refreshToken"))
    }

    private static let loginRemedy = "log in again with `aws sso login`"

    private static func json(_ members: [(StaticString, Secret)]) -> Secret {
        let json = SecretBuffer()
        for (name, value) in members {
            json.append(json.count == 0 ? "{\"" : ",\"")
            json.append(name)
            json.append("\":")
            value.withBytes { JSONEncoding.forEachByte(ofString: $0, json.append) }
        }
        json.append("}")
        return Secret(json)
    }
}
