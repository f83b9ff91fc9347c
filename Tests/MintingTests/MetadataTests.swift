import CredentialCore
import Glibc
import SealedFile
import Testing
import Tokens
import Transport

@testable import Minting

/// The answer of both services that give out credentials beside the program.
private func keys(expiration: String = "2027-01-15T14:00:00Z") -> String {
    """
    {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAROLE","SecretAccessKey":"s",\
    "Token":"t","Expiration":"\(expiration)","LastUpdated":"2027-01-15T08:00:00Z"}
    """
}

@Suite struct ContainerTests {
    private static func credentials(_ bed: CallBed) throws -> AWSCredentials {
        try ContainerCredentials.credentials(bed.surroundings)
    }

    @Test func `the relative URI comes first`() throws {
        let bed = CallBed(
            answer(keys()),
            variables: [
                .containerRelativeURI: "/v2/credentials/1?a=b",
                .containerFullURI: "http://169.254.170.23/v1/credentials",
            ])
        let found = try Self.credentials(bed)
        #expect(found.accessKeyID == "ASIAROLE")
        #expect(found.sessionToken.map(plain) == "t")
        #expect(found.expiresAt == CallBed.now + 6 * 3600)
        let request = bed.http.requests[0]
        #expect(request.url == "http://169.254.170.2/v2/credentials/1?a=b")
        #expect(!request.usesProxy)
        #expect(request.timeout == 2000)
        #expect(bed.http.header("authorization", of: 0) == nil)
    }

    @Test(
        arguments: [
            "https://example.com/x", "http://localhost:8080/x", "http://127.9.8.7/x",
            "http://[::1]:1/x", "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1", "http://127.0.0.1",
        ])
    func `hosts of container services are asked`(url: String) throws {
        let bed = CallBed(answer(keys()), variables: [.containerFullURI: url])
        _ = try Self.credentials(bed)
        #expect(bed.http.requests.map(\.url) == [url])
    }

    @Test(
        arguments: [
            "http://example.com/x", "http://169.254.170.22/x", "http://169.254.169.254/x",
            "http://10.0.0.1/x", "http://126.0.0.1/x", "http://128.0.0.1/x",
            "http://127.0.0.1.example.com/x", "http://169.254.170.2@example.com/x",
            "http://localhost.example.com", "http://[fd00:ec2::24]/", "ftp://localhost/",
            "http://example.com#@localhost/", "http://127.1/x", "http://2130706433/", "//localhost",
            "http://example.com\\@localhost/", "http://localhost/a b", "http://localhost/\r\nA: b",
        ])
    func `no other host is asked`(url: String) throws {
        let bed = CallBed(answer(keys()), variables: [.containerFullURI: url])
        #expect(failureOf { try Self.credentials(bed) }?.code == .configuration)
        #expect(bed.http.requests.isEmpty)
    }

    @Test func `a relative URI cannot name a host`() {
        for path in [".example.com/", "@example.com/", "/a b"] {
            let bed = CallBed(answer(keys()), variables: [.containerRelativeURI: path])
            #expect(failureOf { try Self.credentials(bed) }?.code == .configuration)
            #expect(bed.http.requests.isEmpty)
        }
    }

    @Test func `the token's file wins, is read each time, and is remembered`() throws {
        let files = try AWSBed()
        let path = try files.write("token", "first")
        let bed = CallBed(
            answer(keys()),
            variables: [
                .containerFullURI: "http://169.254.170.23/v1/credentials",
                .containerTokenFile: path, .containerToken: "of the environment",
            ])
        _ = try Self.credentials(bed)
        try files.write("token", "second")
        _ = try Self.credentials(bed)
        #expect((0..<2).map { bed.http.header("authorization", of: $0) } == ["first", "second"])
        #expect(bed.surroundings.files.witnesses.count == 1)
        try files.write("token", "a\r\nX-Other: b")
        #expect(failureOf { try Self.credentials(bed) }?.code == .configuration)
        unlink(path)
        let failure = try #require(failureOf { try Self.credentials(bed) })
        #expect(failure.problem.contains(path))
        #expect(bed.http.requests.count == 2)
    }

    @Test func `the environment's token is sent when there is no file`() throws {
        let variables: [AWSVariable: String] = [
            .containerFullURI: "http://127.0.0.1/", .containerToken: "Basic abc",
        ]
        let bed = CallBed(answer(keys()), variables: variables)
        _ = try Self.credentials(bed)
        #expect(bed.http.header("authorization", of: 0) == "Basic abc")
        let split = CallBed(
            answer(keys()), variables: variables.merging([.containerToken: "a\nb"]) { $1 })
        #expect(failureOf { try Self.credentials(split) }?.code == .configuration)
        #expect(split.http.requests.isEmpty)
    }

    @Test func `an outage is asked again, a refusal is not`() throws {
        let variables: [AWSVariable: String] = [.containerRelativeURI: "/x"]
        let late = TransportFailure(.late, "169.254.170.2:80 did not answer within 2 s")
        let lucky = CallBed(
            .failure(late), answer("", status: 500), answer(keys()), variables: variables)
        #expect(try Self.credentials(lucky).accessKeyID == "ASIAROLE")
        let unlucky = CallBed(.failure(late), variables: variables)
        #expect(failureOf { try Self.credentials(unlucky) }?.code == .unreachable)
        #expect(unlucky.http.requests.count == 3)
        let refused = CallBed(
            answer(#"{"code":"AccessDenied","message":"no role"}"#, status: 400),
            answer(keys()), variables: variables)
        let failure = try #require(failureOf { try Self.credentials(refused) })
        #expect(failure.code == .refused)
        #expect(
            failure.problem.hasSuffix("169.254.170.2 gave no credentials: AccessDenied (no role)"))
        #expect(refused.http.requests.count == 1)
    }

    @Test(arguments: ["AccessKeyId", "SecretAccessKey", "Token"])
    func `a key that cannot be sent is none`(member: String) throws {
        let broken = keys().replacing("\"\(member)\":\"", with: "\"\(member)\":\"hunter2\\n")
        let bed = CallBed(
            answer(broken), answer(keys()), variables: [.containerRelativeURI: "/x"])
        let failure = try #require(failureOf { try Self.credentials(bed) })
        #expect(failure.problem.hasSuffix("where `\(member)` holds a line break"))
        #expect(!failure.message.contains("hunter"))
        #expect(failureOf { try Self.credentials(bed) } == nil)
    }

    @Test(arguments: [(429, 3), (500, 3), (503, 3), (501, 1), (505, 1)])
    func `an outage is the same to all of them`(status: Int, count: Int) throws {
        let bed = CallBed(answer("", status: status), variables: [.containerRelativeURI: "/x"])
        #expect(failureOf { try Self.credentials(bed) } != nil)
        #expect(bed.http.requests.count == count)
        let aws = CallBed(answer("", status: status))
        #expect(aws.failure() != nil && aws.http.requests.count == count)
    }

    @Test func `nothing set is nothing to ask`() {
        let bed = CallBed(answer(keys()))
        #expect(failureOf { try Self.credentials(bed) }?.code == .configuration)
    }
}

@Suite struct InstanceTests {
    private static let root = "http://169.254.169.254"

    private static func credentials(
        _ bed: CallBed, endpoint: String? = nil, ipv6: Bool = false
    ) throws -> AWSCredentials {
        let service = InstanceMetadata(bed.surroundings, endpoint: endpoint, ipv6: ipv6)
        return try service.credentials(in: service.session())
    }

    @Test func `a session, the role's name, its credentials`() throws {
        let bed = CallBed(answer("session=="), answer("pull-role"), answer(keys()))
        let found = try Self.credentials(bed)
        #expect(found.accessKeyID == "ASIAROLE")
        #expect(found.identity == "role pull-role of this EC2 instance")
        #expect(found.expiresAt == CallBed.now + 6 * 3600)
        let roles = "\(Self.root)/latest/meta-data/iam/security-credentials/"
        #expect(
            bed.http.requests.map { "\($0.method.rawValue) \($0.url)" } == [
                "PUT \(Self.root)/latest/api/token", "GET \(roles)", "GET \(roles)pull-role",
            ])
        #expect(bed.http.requests.allSatisfy { !$0.usesProxy && $0.timeout == 1000 })
        #expect(bed.http.header("x-aws-ec2-metadata-token-ttl-seconds", of: 0) == "21600")
        #expect(
            (0..<3).map { bed.http.header("x-aws-ec2-metadata-token", of: $0) }
                == [nil, "session==", "session=="])
    }

    @Test func `another place is asked when one is named`() throws {
        let answers = { CallBed(answer("s"), answer("r"), answer(keys())) }
        let six = answers()
        _ = try Self.credentials(six, ipv6: true)
        #expect(six.http.requests[0].url == "http://[fd00:ec2::254]/latest/api/token")
        let own = answers()
        _ = try Self.credentials(own, endpoint: "http://127.0.0.1:1338/", ipv6: true)
        #expect(own.http.requests[0].url == "http://127.0.0.1:1338/latest/api/token")
    }

    @Test(arguments: [400, 403, 404, 405, 500])
    func `without a session nothing else is asked`(status: Int) throws {
        let bed = CallBed(answer("", status: status), answer("r"), answer(keys()))
        let failure = try #require(failureOf { try Self.credentials(bed) })
        #expect(failure.code == (status == 500 ? .unreachable : .refused))
        #expect(failure.problem.contains("169.254.169.254 gave no credentials: HTTP \(status)"))
        #expect(bed.http.requests.count == 1)
    }

    @Test func `nobody there is asked once`() throws {
        let bed = CallBed(
            .failure(TransportFailure(.late, "169.254.169.254:80 did not answer within 1 s")))
        let failure = try #require(failureOf { try Self.credentials(bed) })
        #expect(failure.code == .unreachable)
        #expect(failure.problem.contains("EC2 metadata service 169.254.169.254"))
        #expect(bed.http.requests.count == 1)
    }

    @Test func `an instance without a role has no credentials`() throws {
        for roles in [answer("", status: 404), answer("")] {
            let bed = CallBed(answer("s"), roles, answer(keys()))
            let failure = try #require(failureOf { try Self.credentials(bed) })
            #expect(failure.code == .absent)
            #expect(failure.remedy?.contains("instance profile") == true)
            #expect(bed.http.requests.count == 2)
        }
    }

    @Test(arguments: ["../../x", "a/b", "a?b", "<html>", String(repeating: "a", count: 129)])
    func `a role's name is no path`(name: String) throws {
        let bed = CallBed(answer("s"), answer(name), answer(keys()))
        #expect(failureOf { try Self.credentials(bed) }?.code == .refused)
        #expect(bed.http.requests.count == 2)
    }

    @Test func `credentials that are over, or a reason why there are none, are no credentials`()
        throws
    {
        let over = CallBed(
            answer("s"), answer("r"), answer(keys(expiration: "2027-01-15T07:59:59Z")))
        #expect(failureOf { try Self.credentials(over) }?.code == .expired)
        let reason = #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no trust, s3ss10n!"}"#
        let none = CallBed(answer("no trust"), answer("r"), answer(reason))
        let failure = try #require(failureOf { try Self.credentials(none) })
        #expect(failure.code == .refused)
        // The session came back, so the message stays away.
        #expect(failure.problem.hasSuffix(": AssumeRoleUnauthorizedAccess"))
        let other = CallBed(answer("session"), answer("r"), answer(reason))
        #expect(
            try #require(failureOf { try Self.credentials(other) }).problem
                .hasSuffix("AssumeRoleUnauthorizedAccess (no trust, s3ss10n!)"))
    }

    @Test(
        arguments: [
            ("hypervisor/uuid", "ec2e1916-9099-7caf-fd21-012345abcdef\n", true),
            ("class/dmi/id/sys_vendor", "Amazon EC2\n", true),
            ("class/dmi/id/board_asset_tag", "i-0123456789abcdef0\n", true),
            ("class/dmi/id/sys_vendor", "QEMU\n", false),
            ("hypervisor/uuid", "45e12aec-dcd1-b213-94ed-012345abcdef\n", false),
            ("class/dmi/id/board_asset_tag", "Not Specified\n", false),
        ])
    func `an instance is known by its firmware`(
        file: String, text: String, isInstance: Bool
    ) throws {
        let bed = try AWSBed()
        #expect(!InstanceMetadata.isInstance(bed.surroundings))
        try bed.write("sys/\(file)", text)
        #expect(InstanceMetadata.isInstance(bed.surroundings) == isInstance)
    }

    @Test func `a file of the kernel's is shorter than it says, and a witness all the same`() throws
    {
        let path = "/sys/devices/system/cpu/possible"
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_size >= 4096)
        let files = WitnessedFiles()
        let content = try #require(try files.read(path))
        #expect(plain(content).hasPrefix("0") && content.count < 4096)
        #expect(files.witnesses.first?.stillHolds(limit: 4096) == true)
    }
}
