import CredentialCore
import Testing
import Tokens
import Transport

@testable import Minting

@Suite struct RegistryTokenTests {
    @Test func `a private registry's token is split at its first colon`() throws {
        // AWS:pass:word
        let token = try CallBed(tokenAnswer("QVdTOnBhc3M6d29yZA==")).token()
        #expect(token.username == Array("AWS".utf8))
        #expect(plain(token.secret) == "pass:word")
        #expect(token.expiresAt == CallBed.now + 43200)
        #expect(token.identity == CallBed.keys.identity)
    }

    @Test func `the gallery answers with an object, and in one region`() throws {
        let bed = CallBed(
            answer(
                """
                {"authorizationData":{"expiresAt":1.8000432E9,\
                "authorizationToken":"QVdTOmh1bnRlcjI="}}
                """))
        let token = try bed.token(ECRRegistry(.gallery))
        #expect(plain(token.secret) == "hunter2")
        #expect(token.expiresAt == 1_800_043_200)
        #expect(bed.http.requests[0].url == "https://api.ecr-public.us-east-1.amazonaws.com/")
        #expect(bed.http.body(of: 0) == "{}")
        #expect(
            bed.http.header("x-amz-target", of: 0)
                == "SpencerFrontendService.GetAuthorizationToken")
        let denied = CallBed(answer(#"{"__type":"AccessDenied"}"#, status: 400))
        let failure = failureOf { try denied.token(ECRRegistry(.gallery)) }
        #expect(failure?.remedy?.contains("sts:GetServiceBearerToken") == true)
    }

    @Test(arguments: ["1800043200.999", "1800043200", "\"1800043200\"", "18000432e2"])
    func `an end may be written in any way of numbers`(end: String) throws {
        #expect(try CallBed(tokenAnswer(expiresAt: end)).token().expiresAt == 1_800_043_200)
    }

    @Test(arguments: ["null", "true", "\"soon\"", "1e300", "\"nan\"", "[]"])
    func `an end that is no number makes no token`(end: String) throws {
        #expect(CallBed(tokenAnswer(expiresAt: end)).failure()?.code == .unreachable)
    }

    @Test(
        arguments: [
            "QVdT",  // AWS
            "OnB3",  // :pw
            "QVdTOg==",  // AWS:
            "QVdTOnAKdw==",  // AWS:p, line feed, w
            "QVdTOnANdw==",  // AWS:p, carriage return, w
            "QVdTOnAAdw==",  // AWS:p, NUL, w
            "QVcKUzpwdw==",  // AW, line feed, S:pw
            "QVdTOnB3fw==",  // AWS:pw, delete
            "QVdTOnB3=",
            "QVdTOnB3\\n",
        ])
    func `a token with no user, no password or a control byte is refused`(token: String) throws {
        let failure = try #require(CallBed(tokenAnswer(token)).failure())
        #expect(failure.code == .unreachable)
        #expect(failure.problem.contains("no user name and password"))
    }

    @Test(arguments: [0, 946_080_000, -946_080_000] as [Int64])
    func `a token lasts as long as the server says, whatever our clock says`(off: Int64) throws {
        let bed = CallBed(tokenAnswer(), now: CallBed.now + off)
        #expect(try bed.token().expiresAt == CallBed.now + off + 43200)
    }

    @Test func `a token that ended before it came is refused`() throws {
        let failure = try #require(CallBed(tokenAnswer(expiresAt: "1420070400.0")).failure())
        #expect(failure.code == .expired)
        #expect(failure.problem.contains("2015-01-01T00:00:00Z"))
        #expect(CallBed(tokenAnswer(expiresAt: "1800000000")).failure()?.code == .expired)
        #expect(CallBed(tokenAnswer(expiresAt: "1800000001")).failure() == nil)
    }

    @Test(arguments: [0, 946_080_000, -946_080_000] as [Int64])
    func `an end that AWS wrote down is one by its clock`(off: Int64) throws {
        let bed = CallBed(tokenAnswer(), now: CallBed.now + off)
        var keys = CallBed.temporaryKeys
        keys.endsByAWSClock = true
        #expect(try bed.token(with: keys).expiresAt == CallBed.now + off + 3600)
        // AWS has just taken them, so this is the end of others.
        keys.expiresAt = CallBed.now
        #expect(try bed.token(with: keys).expiresAt == CallBed.now + off + 43200)
    }

    @Test func `a token ends with the temporary keys it was got with`() throws {
        let bed = CallBed(tokenAnswer())
        #expect(try bed.token(with: CallBed.temporaryKeys).expiresAt == CallBed.now + 3600)
        var keys = CallBed.keys
        keys.expiresAt = CallBed.now + 3600
        #expect(try bed.token(with: keys).expiresAt == CallBed.now + 43200)
    }
}

@Suite struct RoleTests {
    private static let role = "arn:aws:iam::123456789012:role/pull"

    static func reply(_ action: String, expiration: String = "2027-01-15T09:00:00Z") -> String {
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <\(action)Result>
            <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/pull/x</Arn></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>ASIANEW</AccessKeyId>
              <SecretAccessKey>s&amp;/+=</SecretAccessKey>
              <SessionToken><![CDATA[t/+=]]></SessionToken>
              <Expiration>\(expiration)</Expiration>
            </Credentials>
          </\(action)Result>
        </\(action)Response>
        """
    }

    @Test func `a role is assumed with what it wants to hear`() throws {
        let bed = CallBed(answer(Self.reply("AssumeRole")))
        let role = AssumedRole(
            roleARN: Self.role, sessionName: "build 1", externalID: "a&b", durationSeconds: 900,
            mfaSerial: "arn:aws:iam::1:mfa/me")
        let keys = try bed.caller.assumeRole(
            role, with: CallBed.keys, region: "eu-west-1", mfaCode: secret("123456"))
        #expect(
            bed.http.body(of: 0) == """
                Action=AssumeRole&Version=2011-06-15\
                &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpull\
                &RoleSessionName=build%201&DurationSeconds=900&ExternalId=a%26b\
                &SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fme&TokenCode=123456
                """)
        #expect(bed.http.requests[0].url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(bed.http.header("authorization", of: 0)?.contains("/sts/aws4_request") == true)
        #expect(keys.accessKeyID == "ASIANEW")
        #expect(plain(keys.secretAccessKey) == "s&/+=")
        #expect(keys.sessionToken.map(plain) == "t/+=")
        #expect(keys.expiresAt == CallBed.now + 3600)
        #expect(keys.identity == "role \(Self.role) through \(CallBed.keys.identity)")
    }

    @Test func `a session without a name gets one of ours`() throws {
        let bed = CallBed(answer(Self.reply("AssumeRole")))
        _ = try bed.caller.assumeRole(
            AssumedRole(roleARN: "r"), with: CallBed.keys, region: "eu-west-1", mfaCode: nil)
        #expect(
            bed.http.body(of: 0)
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=r"
                + "&RoleSessionName=keyfob-\(CallBed.now)")
    }

    @Test func `a role that wants a code is not asked for without one`() throws {
        let bed = CallBed(answer(Self.reply("AssumeRole")))
        let role = AssumedRole(roleARN: Self.role, mfaSerial: "arn:mfa/me")
        let failure = failureOf {
            try bed.caller.assumeRole(
                role, with: CallBed.keys, region: "eu-west-1", mfaCode: nil)
        }
        #expect(failure?.code == .codeWanted)
        #expect(bed.http.requests.isEmpty)
    }

    @Test func `a code counts once, so nothing is repeated that may have arrived`() throws {
        let role = AssumedRole(roleARN: Self.role, mfaSerial: "arn:mfa/me")
        func requestCount(_ first: Result<HTTPResponse, TransportFailure>, _ code: String?) -> Int {
            let bed = CallBed(first, answer(Self.reply("AssumeRole")))
            _ = failureOf {
                try bed.caller.assumeRole(
                    code == nil ? AssumedRole(roleARN: Self.role) : role, with: CallBed.keys,
                    region: "eu-west-1", mfaCode: code.map(secret))
            }
            return bed.http.requests.count
        }
        let late = Result<HTTPResponse, _>.failure(TransportFailure(.late, "h did not answer"))
        #expect(requestCount(late, "123456") == 1)
        #expect(requestCount(late, nil) == 2)
        #expect(requestCount(answer("", status: 503), "123456") == 1)
        // Throttled is not taken.
        #expect(requestCount(answer("", status: 429), "123456") == 2)
    }

    @Test func `a refused role names the role and both policies, and never the code`() throws {
        let error = """
            <ErrorResponse><Error><Code>AccessDenied</Code>\
            <Message>bad code 123456</Message></Error></ErrorResponse>
            """
        let bed = CallBed(answer(error, status: 403))
        let role = AssumedRole(roleARN: Self.role, mfaSerial: "arn:mfa/me")
        let failure = failureOf {
            try bed.caller.assumeRole(
                role, with: CallBed.keys, region: "eu-west-1", mfaCode: secret("123456"))
        }
        let message = try #require(failure).message
        #expect(message.contains("AccessDenied; enter a fresh code"))
        #expect(message.contains("allow sts:AssumeRole on \(Self.role)"))
        #expect(message.contains("trust policy"))
    }

    @Test func `a web identity needs no signature`() throws {
        let bed = CallBed(answer(Self.reply("AssumeRoleWithWebIdentity")))
        let keys = try bed.caller.assumeRole(
            AssumedRole(roleARN: Self.role, sessionName: "s"), webIdentity: secret("eyJ.a_b-c/"),
            region: "cn-north-1")
        #expect(keys.accessKeyID == "ASIANEW")
        #expect(bed.http.requests[0].url == "https://sts.cn-north-1.amazonaws.com.cn/")
        #expect(bed.http.body(of: 0).hasSuffix("&WebIdentityToken=eyJ.a_b-c%2F"))
        #expect(bed.http.header("authorization", of: 0) == nil)
        #expect(bed.http.header("x-amz-date", of: 0) == nil)
    }

    @Test func `credentials that are over, or not whole, are none`() throws {
        func failure(_ body: String) -> CredentialError? {
            failureOf {
                try CallBed(answer(body)).caller.assumeRole(
                    AssumedRole(roleARN: "r"), with: CallBed.keys, region: "eu-west-1",
                    mfaCode: nil)
            }
        }
        let good = Self.reply("AssumeRole")
        #expect(failure(good) == nil)
        #expect(
            failure(Self.reply("AssumeRole", expiration: "2027-01-15T08:00:00Z"))?.code == .expired)
        for (part, other) in [
            ("ASIANEW", "ASIA NEW"), ("ASIANEW", "ASIA&#10;NEW"), ("t/+=", "t\nX-Other: 1"),
            ("s&amp;/+=", ""), ("2027-01-15", "soon"), ("SessionToken", "Token"),
        ] {
            #expect(failure(good.replacing(part, with: other))?.code == .unreachable, "\(other)")
        }
    }
}

@Suite struct SSOPortalTests {
    private static let reply = """
        {"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s\\/","sessionToken":"t",\
        "expiration":1800003600000}}
        """

    private static func credentials(_ bed: CallBed, _ token: String) throws -> AWSCredentials {
        try bed.caller.ssoCredentials(
            accountID: "123456789012", roleName: "Pull&Push", accessToken: secret(token),
            region: "eu-west-1")
    }

    @Test func `the portal is asked with the login's token`() throws {
        let bed = CallBed(answer(Self.reply))
        let keys = try Self.credentials(bed, "aoa")
        #expect(
            bed.http.requests[0].url
                == "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials"
                + "?role_name=Pull%26Push&account_id=123456789012")
        #expect(bed.http.requests[0].method == .get)
        #expect(bed.http.header("x-amz-sso_bearer_token", of: 0) == "aoa")
        #expect(bed.http.header("authorization", of: 0) == nil)
        #expect(plain(keys.secretAccessKey) == "s/")
        #expect(keys.expiresAt == CallBed.now + 3600)
    }

    @Test func `a login that is over says how to log in`() throws {
        let body = #"{"message":"Session token not found or invalid"}"#
        let headers = [(name: "x-amzn-errortype", value: "UnauthorizedException")]
        let bed = CallBed(answer(body, status: 401, headers: headers))
        let failure = failureOf { try Self.credentials(bed, "aoa") }
        #expect(failure?.remedy?.contains("aws sso login") == true)
    }

    @Test func `a token never becomes two headers`() {
        let bed = CallBed(answer(Self.reply))
        #expect(failureOf { try Self.credentials(bed, "a\r\nX-Other: b") }?.code == .refused)
        #expect(bed.http.requests.isEmpty)
    }

    @Test func `a login is renewed, once`() throws {
        func token(_ bed: CallBed) throws -> SSOToken {
            try bed.caller.refreshSSOToken(
                clientID: "id\"", clientSecret: secret("cs"), refreshToken: secret("r1"),
                region: "eu-west-1")
        }
        let bed = CallBed(
            answer(#"{"accessToken":"a2","expiresIn":28800,"refreshToken":"r2","x":null}"#))
        let renewed = try token(bed)
        #expect(bed.http.requests[0].url == "https://oidc.eu-west-1.amazonaws.com/token")
        #expect(
            bed.http.body(of: 0) == #"{"clientId":"id\"","clientSecret":"cs","#
                + #""grantType":"refresh_token","refreshToken":"r1"}"#)
        #expect(plain(renewed.accessToken) == "a2")
        #expect(renewed.refreshToken.map(plain) == "r2")
        #expect(renewed.expiresAt == CallBed.now + 28800)
        let same = try token(CallBed(answer(#"{"accessToken":"a2","expiresIn":1}"#)))
        #expect(same.refreshToken == nil)
        let broken = CallBed(answer("", status: 500))
        #expect(failureOf { try token(broken) }?.code == .unreachable)
        #expect(broken.http.requests.count == 1)
        let body = #"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#
        let over = failureOf { try token(CallBed(answer(body, status: 400))) }
        #expect(over?.problem.hasSuffix("invalid_grant (Invalid refresh token)") == true)
        #expect(over?.remedy?.contains("aws sso login") == true)
    }
}

@Suite struct HTTPDateTests {
    @Test func `a date of HTTP is read, and nothing else`() {
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.seconds("Fri, 15 Jan 2027 08:00:00 GMT") == CallBed.now)
        for text in [
            "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun,  06 Nov 1994 08:49:37 GMT",
        ] {
            #expect(HTTPDate.seconds(text) == nil, "\(text)")
        }
    }
}
