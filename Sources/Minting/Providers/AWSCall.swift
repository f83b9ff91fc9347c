import CredentialCore
import Transport

/// One thing that is asked of AWS.
struct AWSCall {
    /// Who is asked.
    let service: AWSService
    /// What is asked for, as policies name it: `sts:AssumeRole`.
    let action: String
    /// Where.
    let region: String
    /// Whose keys sign the request; nil for a request that needs no signature.
    let signer: AWSCredentials?
    /// On whose behalf it is asked, for people.
    let identity: String
    /// The request. Its URL is the part after the endpoint's.
    var request: HTTPRequest
    /// What the request holds that must not come back in a message.
    var secrets: [Secret] = []
    /// Whether a host with FIPS cryptography is wanted.
    var usesFIPS = false
    /// Whether a host that answers over IPv6 as well is wanted.
    var usesDualStack = false
    /// Whether the request holds something that counts once, so that it must not be sent again when
    /// it may have arrived.
    var countsOnce = false
    /// What to do about the errors that mean something particular here, by ``AWSRefusal/code``.
    var remedies: [String: String] = [:]

    /// A request that is signed.
    init(
        _ service: AWSService, _ action: String, region: String, signer: AWSCredentials,
        _ request: HTTPRequest
    ) {
        self.service = service
        self.action = action
        self.region = region
        self.signer = signer
        self.identity = signer.identity
        self.request = request
        secrets = [signer.secretAccessKey] + (signer.sessionToken.map { [$0] } ?? [])
    }

    /// A request that needs no signature: the secret in it says who sends it.
    init(
        _ service: AWSService, _ action: String, region: String, identity: String,
        secrets: [Secret], _ request: HTTPRequest
    ) {
        self.service = service
        self.action = action
        self.region = region
        self.signer = nil
        self.identity = identity
        self.request = request
        self.secrets = secrets
    }
}
