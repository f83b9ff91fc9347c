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
        let (username, secret) = try Self.login(text, in: answer)
        var end = answer.ourTime(try answer.number("authorizationData.expiresAt"))
        // AWS ends what was got with temporary credentials together with them.
        if credentials.sessionToken != nil, let limit = credentials.expiresAt {
            end = min(end, limit)
        }
        return RegistryToken(
            username: username, secret: secret, expiresAt: try answer.end(of: "a token", end),
            identity: credentials.identity)
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

    /// User name and password of the base64 in which both come.
    private static func login(
        _ text: Secret, in answer: ServiceAnswer
    ) throws(CredentialError) -> (username: [UInt8], password: Secret) {
        let decoded = text.withBytes { Base64.decode($0) }
        let login = decoded?.withBytes { bytes -> (username: [UInt8], password: Secret)? in
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
                colon + 1 < bytes.count, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else { return nil }
            let password = UnsafeRawBufferPointer(rebasing: bytes[(colon + 1)...])
            return (Array(bytes[..<colon]), Secret(copying: password))
        }
        guard let login = login ?? nil else {
            throw answer.malformed("with a token that is no user name and password")
        }
        return login
    }
}
