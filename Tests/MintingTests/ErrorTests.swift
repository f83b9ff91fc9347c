import CredentialCore
import Testing
import Transport

@testable import Minting

@Suite struct ErrorTests {
    private static let asked = "api.ecr.eu-west-1.amazonaws.com"

    @Test(
        arguments: [
            #"{"__type":"com.amazonaws.ecr#AccessDeniedException","message":"no, you"}"#,
            #"{"__type":"AccessDeniedException:http://x","Message":"no, you"}"#,
            #"{"code":"AccessDeniedException","message":null,"Message":"no, you"}"#,
            """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>\
            <Type>Sender</Type><Code>AccessDeniedException</Code><Message>no, you</Message></Error>\
            <RequestId>1</RequestId></ErrorResponse>
            """,
            """
            <ErrorResponse><Errors><Error><Code>AccessDeniedException</Code>\
            <Message>no, you</Message><Type>Sender</Type></Error></Errors></ErrorResponse>
            """,
            """
            <?xml version="1.0"?>
            <Response><Errors><Error><Code>AccessDeniedException</Code>\
            <Message><![CDATA[no, ]]>you</Message></Error></Errors></Response>
            """,
        ])
    func `an error in any form names its code, who asked whom, and what to do`(
        body: String
    ) throws {
        let bed = CallBed(answer(body, status: 403))
        let failure = try #require(bed.failure())
        #expect(failure.code == .refused)
        #expect(
            failure.message == """
                \(Self.asked) refused ecr:GetAuthorizationToken for access key AKIAEXAMPLE of the \
                environment: AccessDeniedException (no, you); \
                allow ecr:GetAuthorizationToken for this identity in IAM
                """)
        #expect(bed.http.requests.count == 1)
    }

    @Test func `a header names the error of a body that does not`() throws {
        let bed = CallBed(
            answer(
                "{}", status: 400, headers: [("x-amzn-errortype", "ServerException:http://x/")]))
        #expect(try #require(bed.failure()).problem.hasSuffix("ServerException"))
    }

    @Test(
        arguments: [
            ("UnrecognizedClientException", "use its current access key"),
            ("InvalidClientTokenId", "use its current access key"),
            ("ExpiredTokenException", "renew these temporary keys"),
            ("ExpiredToken", "renew these temporary keys"),
            ("SignatureDoesNotMatch", "enter the secret access key again"),
            ("InvalidSignatureException", "enter the secret access key again"),
            ("RequestExpired", "set the clock"),
            ("OptInRequired", "enable the region eu-west-1"),
            ("RegionDisabledException", "enable the region eu-west-1"),
            ("MissingAuthenticationTokenException", "proxy"),
        ])
    func `each error says what to do next`(code: String, remedy: String) throws {
        let bed = CallBed(answer(#"{"__type":"\#(code)","message":"m"}"#, status: 400))
        let failure = try #require(bed.failure())
        #expect(failure.code == .refused)
        #expect(failure.problem.hasSuffix("\(code) (m)"))
        #expect(failure.remedy?.contains(remedy) == true)
    }

    @Test(arguments: [
        "secretpart: wJalrXUtnFEM!", "token IQoJb3JpZ2lu", "IQoJb3JpZ2luX2VjEXAMPLE%2F",
    ])
    func `what was sent does not come back, not even in part`(message: String) throws {
        let body = { (text: String) in #"{"__type":"AccessDenied","message":"\#(text)"}"# }
        let bed = CallBed(answer(body(message), status: 403))
        let failure = try #require(bed.failure(with: CallBed.temporaryKeys))
        #expect(failure.problem.hasSuffix(": AccessDenied"))
        let harmless = CallBed(answer(body("token IQoJ and more"), status: 403))
        #expect(
            try #require(harmless.failure(with: CallBed.temporaryKeys)).problem
                .hasSuffix("(token IQoJ and more)"))
    }

    @Test func `a code that was sent is not shown either`() throws {
        var keys = CallBed.temporaryKeys
        keys.sessionToken = secret("SessionTokenOfMine")
        let body = #"{"__type":"SessionTokenOfMine"}"#
        let bed = CallBed(answer(body, status: 403))
        #expect(try #require(bed.failure(with: keys)).problem.hasSuffix(": HTTP 403"))
        #expect(
            try #require(bed.failure(with: CallBed.keys)).problem.hasSuffix(": SessionTokenOfMine"))
    }

    @Test func `what a service says is short, and in one printable line`() throws {
        let long = "\\u001b[31m a\\nb \\u202e" + String(repeating: "ü", count: 300)
        let bed = CallBed(answer(#"{"__type":"X","message":"\#(long)"}"#, status: 400))
        let problem = try #require(bed.failure()).problem
        #expect(problem.contains("X ( [31m a b %E2%80%AEüü"))
        #expect(problem.utf8.count < 320)
        #expect(problem.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }

    @Test(arguments: [302, 403, 404])
    func `an answer that is not AWS's is no refusal of AWS`(status: Int) throws {
        let bed = CallBed(answer("<html><body>Log in<br></body></html>", status: status))
        let failure = try #require(bed.failure())
        #expect(failure.code == .unreachable)
        #expect(failure.problem.hasSuffix(": HTTP \(status)"))
        #expect(failure.remedy?.contains("login page") == true)
    }

    @Test(arguments: ["", "[]", "{", "nonsense", "<a>", "{\"authorizationData\":[]}"])
    func `a success that says nothing is none`(body: String) throws {
        let failure = try #require(CallBed(answer(body)).failure())
        #expect(failure.code == .unreachable)
        #expect(failure.problem.hasPrefix("\(Self.asked) answered ecr:GetAuthorizationToken with"))
    }

    @Test func `a document type and its entities are not read`() throws {
        let error = "<ErrorResponse><Error><Code>Throttled&c;</Code></Error></ErrorResponse>"
        let type = #"<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/hostname">]>"#
        let refused = AWSRefusal(try answer(type + error, status: 400).get())
        #expect(refused.code == nil)
        let plain = error.replacing("&c;", with: "&#101;r")
        #expect(AWSRefusal(try answer(plain, status: 400).get()).code == "Throttleder")
        #expect(
            AWSRefusal(try answer("<!DOCTYPE a>" + plain, status: 400).get()).code == nil)
    }

    @Test(
        arguments: [
            (.unresolved, "DNS"), (.unreachable, "proxy"), (.late, "VPN"),
            (.untrusted, "AWS_CA_BUNDLE"), (.forbidden, "https://"),
            (.unsendable, "control character"), (.malformed, "login page"),
        ] as [(TransportFailure.Reason, String)])
    func `no answer names the host and what to look at`(
        reason: TransportFailure.Reason, remedy: String
    ) throws {
        let problem = "\(Self.asked):443 did not answer"
        let bed = CallBed(.failure(TransportFailure(reason, problem)))
        let failure = try #require(bed.failure())
        #expect(failure.code == .unreachable)
        #expect(failure.problem == problem)
        #expect(failure.remedy?.contains(remedy) == true)
    }
}
