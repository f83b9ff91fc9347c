import CredentialCore
import Glibc
import Launch
import Testing
import Transport

@testable import Minting

@Suite struct CallerTests {
    private static let throttled = answer(#"{"__type":"ThrottlingException"}"#, status: 400)
    private static let denied = answer(#"{"__type":"AccessDeniedException"}"#, status: 403)
    private static let badSignature = #"{"__type":"InvalidSignatureException","message":"no"}"#
    private static let lost = TransportFailure(.unreachable, "h:443 cannot be reached")

    @Test(
        arguments: [
            throttled, answer("", status: 429), answer("<html>", status: 503),
            answer(#"{"__type":"ServerException"}"#, status: 500), .failure(lost),
            .failure(TransportFailure(.late, "h:443 did not answer within 5 s")),
        ])
    func `what may pass is asked again, twice at most`(
        first: Result<HTTPResponse, TransportFailure>
    ) throws {
        let lucky = CallBed(first, first, tokenAnswer())
        #expect(try lucky.token().username == Array("AWS".utf8))
        #expect(lucky.http.requests.count == 3)
        let unlucky = CallBed(first, first, first, tokenAnswer())
        #expect(unlucky.failure() != nil)
        #expect(unlucky.http.requests.count == 3)
    }

    @Test(
        arguments: [
            denied, answer("", status: 400), answer("", status: 501),
            .failure(TransportFailure(.untrusted, "h:443 has another's certificate")),
            .failure(TransportFailure(.forbidden, "http://h is not encrypted")),
            .failure(TransportFailure(.malformed, "h:443 answered too much")),
        ])
    func `what does not pass is asked once`(
        first: Result<HTTPResponse, TransportFailure>
    ) throws {
        let bed = CallBed(first, tokenAnswer())
        #expect(bed.failure() != nil)
        #expect(bed.http.requests.count == 1)
    }

    @Test func `whoever is told that no answer came is told the time of all attempts`() throws {
        let bed = CallBed(.failure(Self.lost), .failure(Self.lost), tokenAnswer())
        bed.http.meanwhile = { usleep(20_000) }
        _ = try bed.token()
        let waited = bed.http.requests.map(\.waited)
        #expect(waited[1] >= waited[0] + 20 && waited[2] >= waited[1] + 20)
        #expect(waited[2] < 10_000)
    }

    @Test func `throttling is a refusal, an outage is not`() {
        #expect(CallBed(Self.throttled).failure()?.code == .refused)
        #expect(CallBed(Self.throttled).failure()?.remedy?.contains("try again later") == true)
        let outage = CallBed(answer(#"{"__type":"ServerException"}"#, status: 500)).failure()
        #expect(outage?.code == .unreachable)
        #expect(outage?.problem.contains("failed at ecr:GetAuthorizationToken") == true)
    }

    @Test func `a pause doubles up to its limit, and never outlasts the deadline`() {
        #expect((1...6).map { Backoff.longest(after: $0) } == [200, 400, 800, 1600, 2000, 2000])
        #expect(!Backoff.pause(after: 1, within: Deadline(milliseconds: 0)))
        #expect(Backoff.pause(after: 1, within: Deadline(milliseconds: 10_000)))
        #expect(!Backoff.pause(after: 3, within: Deadline(milliseconds: 10_000)))
    }

    @Test func `no request may take longer than there is time`() throws {
        let bed = CallBed(tokenAnswer(), milliseconds: 3000)
        _ = try bed.token()
        let request = try #require(bed.http.requests.first)
        #expect((1...3000).contains(request.timeout))
        #expect((1...3000).contains(request.connectTimeout))
        let ample = CallBed(tokenAnswer(), milliseconds: 60_000)
        _ = try ample.token()
        #expect(ample.http.requests.map(\.timeout) == [20_000])
        let none = CallBed(tokenAnswer(), milliseconds: 0)
        #expect(none.failure()?.code == .unreachable)
        #expect(none.http.requests.isEmpty)
    }

    @Test(arguments: [600, -600] as [Int64])
    func `a wrong clock is corrected once, and for good`(lead: Int64) throws {
        let bed = CallBed(
            answer(Self.badSignature, status: 403), tokenAnswer(), tokenAnswer(),
            now: CallBed.now - lead)
        let token = try bed.token()
        _ = try bed.token()
        let dates = (0..<3).map { bed.http.header("x-amz-date", of: $0) }
        let wrong = lead > 0 ? "20270115T075000Z" : "20270115T081000Z"
        #expect(dates == [wrong, "20270115T080000Z", "20270115T080000Z"])
        // The token lasts 12 h from now on by our clock as well.
        #expect(token.expiresAt == CallBed.now - lead + 43200)
    }

    @Test func `a signature that does not fit the server's time either is the key's fault`() throws
    {
        let bed = CallBed(answer(Self.badSignature, status: 403), now: CallBed.now - 600)
        let failure = try #require(bed.failure())
        #expect(bed.http.requests.count == 2)
        #expect(failure.problem.hasSuffix("while the clock of this machine is 600 s behind"))
        #expect(failure.remedy?.hasPrefix("enter the secret access key again") == true)
        #expect(failure.remedy?.contains("clock") == false)
    }

    @Test func `a clock that is nearly right is not blamed`() throws {
        let bed = CallBed(answer(Self.badSignature, status: 403), now: CallBed.now + 239)
        let failure = try #require(bed.failure())
        #expect(bed.http.requests.count == 1)
        #expect(!failure.message.contains("clock"))
    }

    @Test func `a server that does not tell the time leaves the clock in doubt`() throws {
        let bed = CallBed(answer(Self.badSignature, status: 403, date: nil))
        #expect(try #require(bed.failure()).remedy?.contains("clock") == true)
        #expect(bed.http.requests.count == 1)
    }

    @Test func `every error names a wrong clock, and only that`() throws {
        let ahead = CallBed(Self.denied, now: CallBed.now + 7200)
        #expect(try #require(ahead.failure()).problem.hasSuffix("7200 s ahead"))
        let right = CallBed(Self.denied)
        #expect(try #require(right.failure()).problem.contains("clock") == false)
    }

    @Test func `a request goes to the registry's own kind of endpoint, signed for it`() throws {
        let host = "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com"
        let bed = CallBed(tokenAnswer())
        _ = try bed.token(ECRRegistry(host: Array(host.utf8)))
        let request = try #require(bed.http.requests.first)
        #expect(request.url == "https://api.ecr-fips.us-east-1.amazonaws.com/")
        #expect(request.method == .post)
        #expect(bed.http.body(of: 0) == #"{"registryIds":["123456789012"]}"#)
        #expect(
            bed.http.header("x-amz-target", of: 0)
                == "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
        let authorization = try #require(bed.http.header("authorization", of: 0))
        #expect(authorization.contains("AKIAEXAMPLE/20270115/us-east-1/ecr/aws4_request"))
        #expect(authorization.contains("x-amz-target"))
    }
}
