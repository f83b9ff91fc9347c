import CredentialCore
import Testing
import Transport

@testable import Minting

@Suite struct SignatureTests {
    /// A request and what botocore makes of it; see `Tests/AWS/signature_oracle.py`.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let method: String
        let url: String
        let headers: [[String]]
        let body: String?
        let accessKeyID: String
        let secretAccessKey: String
        let sessionToken: String?
        let region: String
        let service: String
        let time: Int64
        let published: String?
        let canonicalRequest: String
        let stringToSign: String
        let authorization: String
        var testDescription: String { name }

        var request: HTTPRequest? {
            HTTPRequest.Method(rawValue: method).map {
                HTTPRequest(
                    $0, url, headers: headers.map { HTTPHeader($0[0], $0[1]) },
                    body: body.map(SignatureTests.secret))
            }
        }

        var credentials: AWSCredentials {
            AWSCredentials(
                accessKeyID: accessKeyID, secretAccessKey: SignatureTests.secret(secretAccessKey),
                sessionToken: sessionToken.map(SignatureTests.secret), identity: "a test's key")
        }

        var scope: SignatureV4.Scope {
            SignatureV4.Scope(date: Timestamp(time).date, region: region, service: service)
        }
    }

    private static let cases = DataFile.decoded("signatures.json", as: [Case].self) ?? []

    @Test func `there are many requests`() {
        #expect(Self.cases.count >= 90)
        #expect(Self.cases.count(where: { $0.published != nil }) >= 21)
        #expect(Self.cases.count(where: { $0.sessionToken != nil }) >= 5)
    }

    @Test(arguments: cases)
    func `a request is signed as botocore signs it`(it: Case) throws {
        let request = try #require(it.request)
        let dated = SignatureV4.dated(request, with: it.credentials, at: it.time)
        #expect(Self.text(SignatureV4.canonicalRequest(dated)) == it.canonicalRequest)
        #expect(
            SignatureV4.stringToSign(dated, it.scope, at: Timestamp(it.time)) == it.stringToSign)

        let signed = SignatureV4.sign(
            request, with: it.credentials, service: it.service, region: it.region, at: it.time)
        #expect(Self.values("Authorization", signed) == [it.authorization])
        #expect(Self.values("X-Amz-Date", signed) == [Timestamp(it.time).text])
        #expect(Self.values("X-Amz-Security-Token", signed) == (it.sessionToken.map { [$0] } ?? []))
        if let published = it.published { #expect(it.authorization.hasSuffix(published)) }
    }

    @Test(arguments: cases)
    func `a signed request can be signed again`(it: Case) throws {
        let request = try #require(it.request)
        let early = SignatureV4.sign(
            request, with: it.credentials, service: it.service, region: it.region, at: it.time + 1)
        let again = SignatureV4.sign(
            early, with: it.credentials, service: it.service, region: it.region, at: it.time)
        #expect(Self.values("Authorization", early) != [it.authorization])
        #expect(Self.values("Authorization", again) == [it.authorization])
    }

    /// The example of https://docs.aws.amazon.com/general/latest/gr/sigv4-calculate-signature.html
    @Test func `a signing key is the published one`() {
        let scope = SignatureV4.Scope(date: "20150830", region: "us-east-1", service: "iam")
        let key = scope.key(Self.secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
        #expect(
            key.withBytes { SHA256.hex($0) }
                == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    /// RFC 4231, sections 4.2 and 4.7: a key shorter and one longer than the hash's block.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `a MAC is the published one`(key: [UInt8], text: String, mac: String) {
        #expect(SHA256.mac(text, key: Secret(copying: key)).withBytes { SHA256.hex($0) } == mac)
    }

    @Test(arguments: [
        "https://a.example/%+f?b=%+f&c=%-1", "https://a.example/%?%", "https://?", "",
    ])
    func `an odd URL is signed all the same`(url: String) {
        let canonical = CanonicalURL(url)
        #expect(canonical.path.hasPrefix("/"))
        #expect(!canonical.query.contains("%0F"))
    }

    private static func secret(_ text: String) -> Secret { Secret(copying: Array(text.utf8)) }

    private static func text(_ secret: Secret) -> String {
        secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private static func values(_ name: String, _ request: HTTPRequest) -> [String] {
        request.headers.filter { $0.name.lowercased() == name.lowercased() }.map {
            text($0.value)
        }
    }
}
