import CredentialCore
import SecretJSON
import Transport

/// What a registry lets somebody in with, for a few hours.
struct RegistryToken {
    /// The user name that goes with it.
    let username: [UInt8]
    /// The token itself.
    let secret: Secret
    /// When it stops being valid, by our clock, in seconds since 1970.
    let expiresAt: Int64
    /// Whose credentials it was got with, for people.
    let identity: String
}

extension AWSCaller {
    /// A registry's token.
    ///
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html> and
    /// <https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html>
    ///
    /// - Throws: `expired` when the token ended before it came, else as ``answer(to:)``.
    func registryToken(
        _ registry: ECRRegistry, with credentials: AWSCredentials
    ) throws(CredentialError) -> RegistryToken {
        let answer = try answer(to: call(for: registry, credentials))
        let text = try answer.secret("authorizationData.authorizationToken")
        let password = try Self.password(text, in: answer)
        var end = answer.ourTime(try answer.number("authorizationData.expiresAt"))
        // None lasts longer, whatever is said: a time in milliseconds would be for ever.
        end = min(end, surroundings.now() + Self.lifetime)
        // AWS ends what was got with temporary credentials together with them. It just took them,
        // so an end that is over is not theirs.
        if credentials.sessionToken != nil, let written = credentials.expiresAt {
            let limit = credentials.endsByAWSClock ? answer.ourTime(written) : written
            if limit > surroundings.now() { end = min(end, limit) }
        }
        return RegistryToken(
            username: Array(Self.username.utf8), secret: password,
            expiresAt: try answer.end(of: "a token", end), identity: credentials.identity)
    }

    private func call(for registry: ECRRegistry, _ credentials: AWSCredentials) -> AWSCall {
        let service: AWSService
        let action: String
        let target: String
        let body: String
        switch registry.kind {
        case .registry(let account, _):
            service = .ecr
            action = "ecr:GetAuthorizationToken"
            target = "AmazonEC2ContainerRegistry_V20150921"
            body = "{\"registryIds\":[\"\(account)\"]}"
        case .gallery:
            service = .ecrPublic
            action = "ecr-public:GetAuthorizationToken"
            target = "SpencerFrontendService"
            body = "{}"
        }
        var call = AWSCall(
            service, action, region: registry.region, signer: credentials,
            HTTPRequest(
                .post, "/",
                headers: [
                    HTTPHeader("Content-Type", "application/x-amz-json-1.1"),
                    HTTPHeader("X-Amz-Target", "\(target).GetAuthorizationToken"),
                ], body: Secret(copying: Array(body.utf8))))
        call.usesFIPS = registry.usesFIPS
        call.usesDualStack = registry.usesDualStack
        if service == .ecrPublic {
            call.remedies["AccessDenied"] =
                "allow \(action) and sts:GetServiceBearerToken for this identity in IAM"
        }
        return call
    }

    /// How long the registries' tokens last at most, in seconds.
    ///
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
    private static let lifetime: Int64 = 12 * 3600
    /// Everybody's user name.
    ///
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>
    private static let username = "AWS"

    /// The password in the base64 in which it comes behind the user name. Clients take some other
    /// user names for more than that: `<token>` is docker's for a password of another kind.
    private static func password(
        _ text: Secret, in answer: ServiceAnswer
    ) throws(CredentialError) -> Secret {
        let start = Array("\(username):".utf8)
        let decoded = text.withBytes { Base64.decode($0) }
        let password = decoded?.withBytes { bytes -> Secret? in
            guard bytes.starts(with: start), bytes.count > start.count,
                bytes.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
            return Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[start.count...]))
        }
        guard let password = password ?? nil else {
            throw answer.malformed("with a token that is no user name and password of ECR's")
        }
        return password
    }
}
