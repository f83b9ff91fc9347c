import Configuration
import CredentialCore
import Glibc
import SealedFile
import Testing
import Tokens
import Transport

@testable import Minting

@Suite struct ChainTests {
    private static let config = """
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key = default's
        [profile build]
        aws_access_key_id = AKIABUILD
        aws_secret_access_key = build's
        aws_session_token = build's token
        [profile empty]
        region = eu-west-2
        """

    @Test func `a profile's keys`() throws {
        let bed = try AWSBed(config: Self.config)
        var found = try bed.credentials()
        #expect(found.accessKeyID == "AKIADEFAULT")
        #expect(plain(found.secretAccessKey) == "default's")
        #expect(found.sessionToken == nil && found.expiresAt == nil)
        #expect(found.identity == "access key AKIADEFAULT of the profile default")
        found = try bed.credentials(profile: "build")
        #expect(found.sessionToken.map(plain) == "build's token")
        #expect(bed.aws.calls.isEmpty)
    }

    @Test func `the environment's keys come before AWS_PROFILE, and after Keyfob's profile`() throws
    {
        let bed = try AWSBed(config: Self.config)
        bed.variables = [.accessKeyID: "AKIAENV", .secretAccessKey: "s", .profile: "build"]
        let found = try bed.credentials()
        #expect(found.identity == "access key AKIAENV of the environment")
        #expect(plain(found.secretAccessKey) == "s" && found.sessionToken == nil)
        #expect(try bed.credentials(profile: "build").accessKeyID == "AKIABUILD")
        bed.variables[.securityToken] = "old"
        #expect(try bed.credentials().sessionToken.map(plain) == "old")
        bed.variables[.sessionToken] = "new"
        #expect(try bed.credentials().sessionToken.map(plain) == "new")
        bed.variables = [.profile: "build"]
        #expect(try bed.credentials().accessKeyID == "AKIABUILD")
    }

    @Test(arguments: [
        (AWSVariable.accessKeyID, AWSVariable.secretAccessKey),
        (.secretAccessKey, .accessKeyID), (.webIdentityTokenFile, .roleARN),
    ])
    func `half a pair in the environment is an error`(
        set: AWSVariable, missing: AWSVariable
    ) throws {
        let bed = try AWSBed(config: Self.config)
        bed.variables = [set: "x"]
        let error = try #require(bed.failure())
        #expect(error.code == .configuration)
        #expect(error.problem == "\(set.rawValue) is set without \(missing.rawValue)")
        bed.variables = [:]
        #expect(bed.failure() == nil)
    }

    @Test func `whether the environment's keys are over is AWS's to say`() throws {
        let bed = try AWSBed()
        bed.variables = [
            .accessKeyID: "A", .secretAccessKey: "s", .credentialExpiration: "2027-01-15T08:00:01Z",
        ]
        #expect(try bed.credentials().expiresAt == AWSBed.now + 1)
        bed.variables[.credentialExpiration] = "2027-01-15T07:00:00Z"
        let found = try bed.credentials()
        #expect(found.expiresAt == AWSBed.now - 3600 && found.endsByAWSClock)
        bed.variables[.credentialExpiration] = "soon"
        #expect(bed.failure()?.code == .configuration)
    }

    @Test(arguments: [
        AWSVariable.accessKeyID, .secretAccessKey, .sessionToken, .securityToken,
    ])
    func `a key of the environment's that cannot be sent is named`(variable: AWSVariable) throws {
        let bed = try AWSBed()
        bed.variables = [.accessKeyID: "AKIA1", .secretAccessKey: "hunter2"]
        #expect(bed.failure() == nil)
        for (value, flaw) in [
            ("hunter3\n", "holds a line break"), ("hunter3\r", "holds a line break"),
            ("hunter3\u{1}", "holds a character that no key of AWS's has"),
            ("hunter3\u{E9}", "holds a character that no key of AWS's has"),
        ] {
            bed.variables[variable] = value
            let error = try #require(bed.failure())
            #expect(error.code == .configuration)
            #expect(error.problem == "\(variable.rawValue) \(flaw)")
            #expect(!error.message.contains("hunter"))
        }
    }

    @Test(arguments: [
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token",
    ])
    func `a key of a profile's that cannot be sent is named`(setting: String) throws {
        let bed = try AWSBed(
            credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n")
        #expect(bed.failure() == nil)
        try bed.write(
            ".aws/credentials",
            "[default]\naws_access_key_id = A\naws_secret_access_key = s\n"
                + "\(setting) = hunter2\n hunter3\n")
        let error = try #require(bed.failure())
        #expect(error.code == .configuration)
        #expect(
            error.problem
                == "`\(setting)` (\(bed.path(".aws/credentials")) line 4) holds a line break")
        #expect(!error.message.contains("hunter"))
    }

    @Test func `the environment's web identity comes before the profile`() throws {
        let bed = try AWSBed(config: Self.config)
        bed.variables = [
            .webIdentityTokenFile: try bed.write("token", " eyJ.jwt\n"),
            .roleARN: "arn:aws:iam::1:role/pod", .roleSessionName: "pod-7",
        ]
        let found = try bed.credentials()
        #expect(found.accessKeyID == "ASIApod" && found.expiresAt == AWSBed.now + 3600)
        #expect(found.identity.contains("role/pod through the web identity of the environment"))
        #expect(bed.aws.calls == ["AssumeRoleWithWebIdentity arn:aws:iam::1:role/pod by nobody"])
        let form = PlayedAWS.form(try #require(bed.aws.requests.first))
        #expect(form["WebIdentityToken"] == "eyJ.jwt" && form["RoleSessionName"] == "pod-7")
        #expect(bed.files.witnesses.map(\.path).contains(bed.path("token")))
        try bed.write("token", "\n")
        #expect(bed.failure()?.problem.contains("no web identity token in") == true)
        unlink(bed.path("token"))
        #expect(bed.failure()?.code == .configuration)
        #expect(try bed.credentials(profile: "build").accessKeyID == "AKIABUILD")
    }

    @Test func `without anything there is nothing, and the next steps are named`() throws {
        let bed = try AWSBed()
        let error = try #require(bed.failure())
        #expect(error.code == .absent)
        #expect(error.problem.hasPrefix("there are no AWS credentials here"))
        for step in ["`keyfob add --kind access-key`", "`aws configure`", "`profile = NAME`"] {
            #expect(error.remedy?.contains(step) == true)
        }
        #expect(bed.aws.calls.isEmpty)
    }

    @Test func `a profile without credentials is nothing, but not when Keyfob names it`() throws {
        let bed = try AWSBed(config: Self.config)
        bed.variables[.profile] = "empty"
        #expect(bed.failure()?.code == .absent)
        let error = try #require(bed.failure(profile: "empty"))
        #expect(error.code == .configuration)
        #expect(error.problem == "the AWS profile empty says nothing about credentials")
    }

    @Test func `a container comes after the profile`() throws {
        let bed = try AWSBed()
        bed.variables[.containerFullURI] = "http://127.0.0.1/creds"
        bed.aws.answers = [
            (
                "127.0.0.1/creds", 200,
                #"{"AccessKeyId":"ASIATASK","SecretAccessKey":"s","Token":"t","#
                    + #""Expiration":"2027-01-15T09:00:00Z"}"#
            )
        ]
        #expect(try bed.credentials().accessKeyID == "ASIATASK")
        try bed.write(".aws/config", Self.config)
        #expect(try bed.credentials().accessKeyID == "AKIADEFAULT")
    }

    @Test func `the metadata service is asked where it may be`() throws {
        let bed = try AWSBed()
        bed.aws.answers = [
            ("/latest/api/token", 200, "imds"),
            (
                "/security-credentials/node", 200,
                #"{"Code":"Success","AccessKeyId":"ASIANODE","SecretAccessKey":"s","Token":"t","#
                    + #""Expiration":"2027-01-15T09:00:00Z"}"#
            ),
            ("/security-credentials/", 200, "node"),
        ]
        #expect(bed.failure()?.code == .absent)
        #expect(bed.aws.calls.isEmpty)
        bed.metadata = .always
        #expect(try bed.credentials().accessKeyID == "ASIANODE")
        let count = bed.aws.calls.count
        bed.variables[.metadataDisabled] = "True"
        #expect(bed.failure()?.code == .absent)
        #expect(bed.aws.calls.count == count)
        bed.variables = [.metadataEndpointMode: "IPv5"]
        #expect(bed.failure()?.problem.contains("neither `IPv4` nor `IPv6`") == true)
        bed.variables = [.metadataEndpointMode: "IPv6"]
        _ = try bed.credentials()
        #expect(bed.aws.calls.last?.contains("[fd00:ec2::254]") == true)
        bed.variables = [.metadataEndpoint: "http://127.0.0.1:9"]
        _ = try bed.credentials()
        #expect(bed.aws.calls.last?.contains("127.0.0.1:9/") == true)
    }

    private static let silence = "does not answer (the EC2 metadata service 169.254.169.254 "

    @Test func `a metadata service that nobody names and that gives no session is none`() throws {
        let bed = try AWSBed()
        bed.metadata = .automatic
        let elsewhere = try #require(bed.failure())
        #expect(elsewhere.code == .absent && !elsewhere.problem.contains("does not answer"))
        #expect(bed.aws.calls.isEmpty)
        try bed.write("sys/class/dmi/id/sys_vendor", "Amazon EC2\n")
        bed.aws.answers = [("/latest/api/token", 403, "")]
        let refused = try #require(bed.failure())
        #expect(refused.code == .absent)
        #expect(refused.problem.hasSuffix(Self.silence + "gave no credentials: HTTP 403)"))
        bed.aws.unreachable = "169.254.169.254"
        let silent = try #require(bed.failure())
        #expect(silent.code == .absent && silent.problem.contains(Self.silence + "cannot be asked"))
        #expect(bed.aws.requests.count == 2)
        // What fails later was there.
        bed.aws.unreachable = nil
        bed.aws.answers = [("/latest/api/token", 200, "imds"), ("/security-credentials/", 403, "")]
        #expect(bed.failure()?.code == .refused)
    }

    @Test func `a metadata service that is named and gives no session is an error`() throws {
        let bed = try AWSBed(
            config: "[profile node]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata")
        bed.aws.answers = [("/latest/api/token", 403, "")]
        bed.metadata = .automatic
        #expect(bed.failure(profile: "node")?.code == .refused)
        #expect(bed.failure()?.code == .absent)
        bed.metadata = .always
        #expect(bed.failure()?.code == .refused)
    }

    @Test func `what an instance gives belongs to that machine`() throws {
        let bed = try AWSBed()
        let tag = "sys/class/dmi/id/board_asset_tag"
        try bed.write(tag, "i-0123456789abcdef0\n")
        bed.aws.answers = [("/latest/api/token", 403, "")]
        for metadata in [MetadataUse.automatic, .always] {
            bed.metadata = metadata
            _ = bed.failure()
            let witness = try #require(bed.files.witnesses.first { $0.path == bed.path(tag) })
            #expect(witness.stillHolds(limit: 4096))
            try bed.write(tag, "i-0123456789abcdef1, \(metadata)\n")
            #expect(!witness.stillHolds(limit: 4096))
        }
    }

    @Test func `what is configured and broken is not passed over`() throws {
        let bed = try AWSBed(config: "[default]\naws_access_key_id = AKIA1")
        bed.variables[.containerFullURI] = "http://127.0.0.1/creds"
        bed.metadata = .always
        let error = try #require(bed.failure())
        #expect(error.code == .configuration)
        #expect(
            error.problem
                == "the profile default has `aws_access_key_id` without `aws_secret_access_key`")
        try bed.write(".aws/config", "[default]\naws_secret_access_key = s")
        #expect(bed.failure()?.problem.contains("without `aws_access_key_id`") == true)
        #expect(bed.aws.calls.isEmpty)
    }

    @Test func `a login by aws login is named as unsupported`() throws {
        let bed = try AWSBed(config: "[profile me]\nlogin_session = arn:aws:iam::1:user/me")
        let error = try #require(bed.failure(profile: "me"))
        #expect(error.code == .configuration && error.problem.contains("`aws login`"))
        #expect(
            error.remedy?.contains("aws configure export-credentials --profile me") == true)
    }

    @Test func `a stored key is used as it is, or for its role`() throws {
        let bed = try AWSBed()
        bed.mfaCode = "123456"
        var key = AccessKey(
            credentials: AWSCredentials(
                accessKeyID: "AKIA1", secretAccessKey: Secret(copying: [1]),
                identity: "access key AKIA1 (build)"))
        let caller = AWSCaller(bed.surroundings, EndpointSettings())
        #expect(try key.credentials(by: caller, region: "eu-west-1").accessKeyID == "AKIA1")
        #expect(bed.aws.calls.isEmpty)
        key.roleARN = "arn:aws:iam::1:role/pull"
        key.externalID = "x"
        key.mfaSerial = "arn:aws:iam::1:mfa/me"
        key.sessionName = "ci"
        key.region = "eu-west-3"
        let found = try key.credentials(by: caller, region: "eu-west-1")
        #expect(found.accessKeyID == "ASIApull")
        #expect(found.identity.hasSuffix("role/pull through access key AKIA1 (build)"))
        let request = try #require(bed.aws.requests.first)
        #expect(request.url.hasPrefix("https://sts.eu-west-3.amazonaws.com"))
        let form = PlayedAWS.form(request)
        #expect(form["ExternalId"] == "x" && form["RoleSessionName"] == "ci")
        #expect(form["SerialNumber"] == "arn:aws:iam::1:mfa/me" && form["TokenCode"] == "123456")
    }
}
