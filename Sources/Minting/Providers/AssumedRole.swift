import CredentialCore
import Transport

/// A role that is to be assumed.
struct AssumedRole {
    /// The role.
    var roleARN: String
    /// The name that logs will show; nil for one of ours.
    var sessionName: String?
    /// What the role's owner wants to hear.
    var externalID: String?
    /// How long, in seconds; nil for the service's default.
    var durationSeconds: Int?
    /// The MFA device whose code the role wants.
    var mfaSerial: String?
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>
extension AWSCaller {
    /// The credentials of a role that other credentials may assume.
    ///
    /// - Throws: `codeWanted` when the role wants a code of an MFA device and there is none, else
    ///   as ``answer(to:)``.
    func assumeRole(
        _ role: AssumedRole, with credentials: AWSCredentials, region: String, mfaCode: Secret?
    ) throws(CredentialError) -> AWSCredentials {
        let form = form("AssumeRole", role)
        form.add("ExternalId", role.externalID)
        if let serial = role.mfaSerial {
            guard let mfaCode else {
                throw CredentialError(
                    .codeWanted, "role \(role.roleARN) wants a code of the MFA device \(serial)",
                    remedy: "run `keyfob refresh` with the registry's address on a terminal; it "
                        + "asks for the code")
            }
            form.add("SerialNumber", serial)
            form.add("TokenCode", mfaCode)
        }
        var call = AWSCall(
            .sts, "sts:AssumeRole", region: region, signer: credentials, request(form))
        let usesCode = role.mfaSerial != nil
        // A device's code is taken once.
        call.countsOnce = usesCode
        call.secrets += usesCode ? mfaCode.map { [$0] } ?? [] : []
        call.remedies = remedies(role)
        call.remedies["AccessDenied"] =
            (usesCode ? "enter a fresh code of the MFA device; if that is none, " : "")
            + "allow sts:AssumeRole on \(role.roleARN) for this identity in IAM, and name it in "
            + "the role's trust policy"
        return try roleCredentials(
            from: call, "AssumeRole", "role \(role.roleARN) through \(credentials.identity)")
    }

    /// The credentials of a role that whoever holds a token of its identity provider may assume.
    ///
    /// - Throws: as ``answer(to:)``.
    func assumeRole(
        _ role: AssumedRole, webIdentity token: Secret, region: String
    ) throws(CredentialError) -> AWSCredentials {
        let form = form("AssumeRoleWithWebIdentity", role)
        form.add("WebIdentityToken", token)
        let identity = "role \(role.roleARN) through a web identity token"
        var call = AWSCall(
            .sts, "sts:AssumeRoleWithWebIdentity", region: region, identity: identity,
            secrets: [token], request(form))
        call.remedies = remedies(role)
        call.remedies["AccessDenied"] =
            "let the trust policy of \(role.roleARN) name the token's issuer, audience and subject"
        call.remedies["ExpiredToken"] =
            "have whoever writes the web identity token file put a current token there"
        call.remedies["InvalidIdentityToken"] =
            "see whether the token's issuer is an identity provider of the role's account"
        call.remedies["IDPRejectedClaim"] =
            "see whether the token was revoked, and whether its claims fit the identity provider"
        call.remedies["IDPCommunicationError"] =
            "AWS cannot reach the token's identity provider; try again later"
        return try roleCredentials(from: call, "AssumeRoleWithWebIdentity", identity)
    }

    private func form(_ action: String, _ role: AssumedRole) -> FormBody {
        let form = FormBody()
        form.add("Action", action)
        form.add("Version", "2011-06-15")
        form.add("RoleArn", role.roleARN)
        form.add("RoleSessionName", role.sessionName ?? "keyfob-\(surroundings.now())")
        form.add("DurationSeconds", role.durationSeconds.map { String($0) })
        return form
    }

    private func request(_ form: FormBody) -> HTTPRequest {
        let type = "application/x-www-form-urlencoded; charset=utf-8"
        return HTTPRequest(
            .post, "/", headers: [HTTPHeader("Content-Type", type)], body: form.secret)
    }

    private func remedies(_ role: AssumedRole) -> [String: String] {
        let check = "see whether role, session name, external id and duration are right"
        return [
            "ValidationError": check, "InvalidParameterValue": check,
            "RegionDisabled": "have STS enabled for this region in the account of the role",
        ]
    }

    private func roleCredentials(
        from call: AWSCall, _ action: String, _ identity: String
    ) throws(CredentialError) -> AWSCredentials {
        let answer = try answer(to: call)
        let path = "\(action)Response.\(action)Result.Credentials."
        return try answer.credentials(
            (path + "AccessKeyId", path + "SecretAccessKey", path + "SessionToken"),
            expiresAt: try answer.time(path + "Expiration"), identity: identity)
    }
}
