import Configuration
import CredentialCore
import Launch
import Tokens
import Transport

@testable import Minting

/// Gives prepared answers, one after another and the last one for ever, and keeps what was asked.
final class ScriptedHTTP: HTTPClient {
    private(set) var requests: [HTTPRequest] = []
    private var answers: [Result<HTTPResponse, TransportFailure>]
    /// What happens before each answer.
    var meanwhile: () -> Void = {}

    init(_ answers: [Result<HTTPResponse, TransportFailure>]) {
        self.answers = answers
    }

    func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        requests.append(request)
        meanwhile()
        return try (answers.count > 1 ? answers.removeFirst() : answers[0]).get()
    }

    /// A header of a request; nil when it was not sent.
    func header(_ name: String, of index: Int) -> String? {
        requests[index].headers.first { $0.name.lowercased() == name }.map { plain($0.value) }
    }

    /// The body of a request.
    func body(of index: Int) -> String { requests[index].body.map(plain) ?? "" }
}

/// An answer; it carries the test's own time unless told otherwise.
func answer(
    _ body: String, status: Int = 200, date: String? = "Fri, 15 Jan 2027 08:00:00 GMT",
    headers: [(name: String, value: String)] = []
) -> Result<HTTPResponse, TransportFailure> {
    .success(
        HTTPResponse(
            status: status, headers: (date.map { [("date", $0)] } ?? []) + headers,
            body: secret(body)))
}

func secret(_ text: String) -> Secret { Secret(copying: Array(text.utf8)) }

/// What a call of AWS needs, with prepared answers.
struct CallBed {
    /// 2027-01-15T08:00:00Z
    static let now: Int64 = 1_800_000_000

    let http: ScriptedHTTP
    let surroundings: AWSSurroundings
    let caller: AWSCaller

    init(
        _ answers: Result<HTTPResponse, TransportFailure>..., milliseconds: Int = 10_000,
        now: Int64 = now, variables: [AWSVariable: String] = [:],
        settings: EndpointSettings = EndpointSettings()
    ) {
        http = ScriptedHTTP(answers)
        surroundings = AWSSurroundings(
            variable: { variables[$0] }, home: "/nonexistent", stateFolder: "/nonexistent",
            system: "/nonexistent", files: WitnessedFiles(), http: http,
            deadline: Deadline(milliseconds: milliseconds), now: { now }, runsProcesses: false,
            metadata: .never, mfaCode: nil)
        caller = AWSCaller(surroundings, settings)
    }

    static let keys = AWSCredentials(
        accessKeyID: "AKIAEXAMPLE", secretAccessKey: secret("wJalrXUtnFEMI/K7MDENG"),
        sessionToken: nil, expiresAt: nil, identity: "access key AKIAEXAMPLE of the environment")

    static let temporaryKeys = AWSCredentials(
        accessKeyID: "ASIAEXAMPLE", secretAccessKey: secret("wJalrXUtnFEMI/K7MDENG"),
        sessionToken: secret("IQoJb3JpZ2luX2VjEXAMPLE/+="), expiresAt: now + 3600,
        identity: "role arn:aws:iam::1:role/pull")

    static let registry = ECRRegistry(account: "123456789012", region: "eu-west-1")

    /// A private registry's token.
    func token(
        with keys: AWSCredentials = keys, _ registry: ECRRegistry? = registry
    ) throws -> RegistryToken {
        guard let registry else { throw CredentialError(.notFound, "no registry") }
        return try caller.registryToken(registry, with: keys)
    }

    /// Why there is no token.
    func failure(with keys: AWSCredentials = keys) -> CredentialError? {
        failureOf { try token(with: keys) }
    }
}

/// What an action failed with; nil when it did not.
func failureOf(_ action: () throws -> some Any) -> CredentialError? {
    do {
        _ = try action()
        return nil
    } catch {
        return error as? CredentialError
    }
}

/// The answer to a good request for a registry's token; the default is `AWS:hunter2`.
func tokenAnswer(
    _ token: String = "QVdTOmh1bnRlcjI=", expiresAt: String = "1800043200",
    date: String? = "Fri, 15 Jan 2027 08:00:00 GMT"
) -> Result<HTTPResponse, TransportFailure> {
    answer(
        """
        {"authorizationData":[{"authorizationToken":"\(token)",\
        "expiresAt":\(expiresAt),"proxyEndpoint":"https://example.com"}]}
        """, date: date)
}
