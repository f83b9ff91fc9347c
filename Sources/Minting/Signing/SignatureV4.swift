import CredentialCore
import Transport

/// AWS Signature Version 4 in the headers of a request.
///
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
enum SignatureV4 {
    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The request with the headers that say who sends it; a signature that is there already is
    /// replaced.
    static func sign(
        _ request: HTTPRequest, with credentials: AWSCredentials, service: String, region: String,
        at time: Int64
    ) -> HTTPRequest {
        var signed = dated(request, with: credentials, at: time)
        let stamp = Timestamp(time)
        let scope = Scope(date: stamp.date, region: region, service: service)
        let toSign = stringToSign(signed, scope, at: stamp)
        let signature = SHA256.mac(toSign, key: scope.key(credentials.secretAccessKey))
        let names = headers(of: signed).names.joined(separator: ";")
        signed.headers.append(
            HTTPHeader(
                "Authorization",
                "\(algorithm) Credential=\(credentials.accessKeyID)/\(scope.text), "
                    + "SignedHeaders=\(names), "
                    + "Signature=\(signature.withBytes { SHA256.hex($0) })"))
        return signed
    }

    /// The signature alone of a signed request.
    static func signature(of signed: HTTPRequest) -> Secret? {
        let header = signed.headers.last { $0.name == "Authorization" }
        return header?.value.withBytes { bytes in
            Secret(copying: UnsafeRawBufferPointer(rebasing: bytes.suffix(64)))
        }
    }

    /// The request with its date and session token, but without a signature.
    static func dated(
        _ request: HTTPRequest, with credentials: AWSCredentials, at time: Int64
    ) -> HTTPRequest {
        var dated = request
        let ours = ["authorization", "x-amz-date", "x-amz-security-token"]
        dated.headers.removeAll { ours.contains($0.name.lowercased()) }
        dated.headers.append(HTTPHeader("X-Amz-Date", Timestamp(time).text))
        if let token = credentials.sessionToken {
            dated.headers.append(HTTPHeader("X-Amz-Security-Token", token))
        }
        return dated
    }

    /// The one form that everybody brings the request to. The session token is part of it.
    static func canonicalRequest(_ request: HTTPRequest) -> Secret {
        let url = CanonicalURL(request.url)
        let headers = headers(of: request)
        let text = SecretBuffer(capacity: 1024)
        text.append(Array("\(request.method.rawValue)\n\(url.path)\n\(url.query)\n".utf8))
        headers.append(to: text)
        let names = headers.names.joined(separator: ";")
        let bodyHash = SHA256.hexHash(request.body ?? Secret(copying: []))
        text.append(Array("\n\(names)\n\(bodyHash)".utf8))
        return Secret(text)
    }

    /// What the signature is the MAC of.
    static func stringToSign(_ request: HTTPRequest, _ scope: Scope, at time: Timestamp) -> String {
        let hash = SHA256.hexHash(canonicalRequest(request))
        return "\(algorithm)\n\(time.text)\n\(scope.text)\n\(hash)"
    }

    private static func headers(of request: HTTPRequest) -> CanonicalHeaders {
        CanonicalHeaders(request.headers, host: CanonicalURL(request.url).host)
    }

    /// What a key made for one signature is good for.
    struct Scope {
        let date: String
        let region: String
        let service: String

        var text: String { "\(date)/\(region)/\(service)/aws4_request" }

        func key(_ secretAccessKey: Secret) -> Secret {
            let first = SecretBuffer(capacity: 4 + secretAccessKey.count)
            first.append("AWS4")
            first.append(secretAccessKey)
            return [date, region, service, "aws4_request"].reduce(Secret(first)) { key, part in
                SHA256.mac(part, key: key)
            }
        }
    }
}
