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

    @Test func `the environment's keys may expire`() throws {
        let bed = try AWSBed()
        bed.variables = [
            .accessKeyID: "A", .secretAccessKey: "s", .credentialExpiration: "2027-01-15T08:00:01Z",
        ]
        #expect(try bed.credentials().expiresAt == AWSBed.now + 1)
        bed.variables[.credentialExpiration] = "2027-01-15T08:00:00Z"
        #expect(bed.failure()?.code == .expired)
        bed.variables[.credentialExpiration] = "soon"
        #expect(bed.failure()?.code == .configuration)
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
