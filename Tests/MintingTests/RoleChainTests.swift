import Configuration
import CredentialCore
import Testing
import Tokens
import Transport

@testable import Minting

@Suite struct RoleChainTests {
    private static let a = "role_arn = arn:aws:iam::1:role/a"
    private static let b = "role_arn = arn:aws:iam::1:role/b"

    private static func keys(_ name: String) -> String {
        "aws_access_key_id = AKIA\(name)\naws_secret_access_key = secret of \(name)"
    }

    /// Profiles, of which `A` is used, and what AWS is asked: the key that comes of it is the last
    /// role's.
    private static let chains: [(title: String, config: String, calls: [String], key: String)] = [
        (
            "a role by another profile's keys",
            "[profile A]\n\(a)\nsource_profile = B\n[profile B]\n\(keys("B"))",
            ["AssumeRole arn:aws:iam::1:role/a by AKIAB"], "ASIAa"
        ),
        (
            "the profile's own keys do not count beside a source",
            "[profile A]\n\(keys("A"))\n\(a)\nsource_profile = B\n[profile B]\n\(keys("B"))",
            ["AssumeRole arn:aws:iam::1:role/a by AKIAB"], "ASIAa"
        ),
        (
            "a profile is its own source",
            "[profile A]\n\(keys("A"))\n\(a)\nsource_profile = A",
            ["AssumeRole arn:aws:iam::1:role/a by AKIAA"], "ASIAa"
        ),
        (
            "a chain of roles",
            "[profile A]\n\(a)\nsource_profile = B\n[profile B]\n\(b)\nsource_profile = C\n"
                + "[profile C]\n\(keys("C"))",
            [
                "AssumeRole arn:aws:iam::1:role/b by AKIAC",
                "AssumeRole arn:aws:iam::1:role/a by ASIAb, token of b",
            ], "ASIAa"
        ),
        (
            "a source with keys gives these, and its role is not assumed",
            "[profile A]\n\(a)\n\(keys("A"))\nsource_profile = B\n"
                + "[profile B]\n\(b)\nsource_profile = C\n\(keys("B"))\n[profile C]\n\(keys("C"))",
            ["AssumeRole arn:aws:iam::1:role/a by AKIAB"], "ASIAa"
        ),
        (
            "a source that is its own source",
            "[profile A]\n\(a)\nsource_profile = B\n"
                + "[profile B]\n\(b)\nsource_profile = B\n\(keys("B"))",
            ["AssumeRole arn:aws:iam::1:role/a by AKIAB"], "ASIAa"
        ),
        (
            "a web identity",
            "[profile A]\n\(a)\nweb_identity_token_file = ~TOKEN~",
            ["AssumeRoleWithWebIdentity arn:aws:iam::1:role/a by nobody"], "ASIAa"
        ),
        (
            "a web identity comes before a source",
            "[profile A]\n\(a)\nsource_profile = B\nweb_identity_token_file = ~TOKEN~\n"
                + "[profile B]\n\(keys("B"))",
            ["AssumeRoleWithWebIdentity arn:aws:iam::1:role/a by nobody"], "ASIAa"
        ),
        (
            "a web identity as the source",
            "[profile A]\n\(a)\nsource_profile = B\n"
                + "[profile B]\n\(b)\nweb_identity_token_file = ~TOKEN~",
            [
                "AssumeRoleWithWebIdentity arn:aws:iam::1:role/b by nobody",
                "AssumeRole arn:aws:iam::1:role/a by ASIAb, token of b",
            ], "ASIAa"
        ),
        (
            "a role by the environment's keys",
            "[profile A]\n\(a)\ncredential_source = Environment",
            ["AssumeRole arn:aws:iam::1:role/a by AKIAENV"], "ASIAa"
        ),
    ]

    @Test(arguments: chains) func `a chain is`(
        title: String, config: String, calls: [String], key: String
    ) throws {
        let bed = try AWSBed()
        let token = try bed.write("token", "jwt")
        try bed.write(".aws/config", config.replacing("~TOKEN~", with: token))
        // Keys of the environment are not used by a profile that does not name them.
        bed.variables = [.accessKeyID: "AKIAENV", .secretAccessKey: "s"]
        let found = try bed.credentials(profile: "A")
        #expect(bed.aws.calls == calls)
        #expect(found.accessKeyID == key)
        #expect(found.identity == "role arn:aws:iam::1:role/a through the profile A")
    }

    private static let mistakes: [(title: String, config: String, problem: String)] = [
        ("no source", "[profile A]\n\(a)", "neither `source_profile` nor `credential_source`"),
        (
            "two sources",
            "[profile A]\n\(a)\nsource_profile = B\ncredential_source = Environment\n"
                + "[profile B]\n\(keys("B"))", "both `source_profile` and `credential_source`"
        ),
        (
            "a source with half a key",
            "[profile A]\n\(a)\nsource_profile = B\n[profile B]\naws_access_key_id = AKIAB",
            "the profile B has `aws_access_key_id` without `aws_secret_access_key`"
        ),
        (
            "a source with the other half",
            "[profile A]\n\(a)\nsource_profile = B\n[profile B]\naws_secret_access_key = s",
            "the profile B has `aws_secret_access_key` without `aws_access_key_id`"
        ),
        (
            "an empty source", "[profile A]\n\(a)\nsource_profile = B\n[profile B]",
            "the profile B is the `source_profile` of A and has no credentials"
        ),
        (
            "a source that is not there", "[profile A]\n\(a)\nsource_profile = B",
            "the profile A has B as its `source_profile`, which is not there"
        ),
        (
            "a circle",
            "[profile A]\n\(a)\nsource_profile = B\n[profile B]\n\(b)\nsource_profile = A",
            "is its own source: A → B → A"
        ),
        (
            "a circle with keys in it",
            "[profile A]\n\(a)\n\(keys("A"))\nsource_profile = B\n"
                + "[profile B]\n\(b)\nsource_profile = A", "is its own source: A → B → A"
        ),
        (
            "its own source without keys", "[profile A]\n\(a)\nsource_profile = A",
            "is its own source: A → A"
        ),
        (
            "a web identity without a role", "[profile A]\nweb_identity_token_file = /token",
            "`web_identity_token_file` without `role_arn`"
        ),
        (
            "a web identity's token that is not there",
            "[profile A]\n\(a)\nweb_identity_token_file = /no/token",
            "no web identity token in /no/token, which the profile A names"
        ),
        (
            "an unknown source of credentials", "[profile A]\n\(a)\ncredential_source = Cloud",
            "unknown `credential_source`, Cloud"
        ),
        (
            "an environment without keys", "[profile A]\n\(a)\ncredential_source = Environment",
            "from the environment, which has none"
        ),
        (
            "no container", "[profile A]\n\(a)\ncredential_source = EcsContainer",
            "no container names any"
        ),
        (
            "an instance that must not be asked",
            "[profile A]\n\(a)\ncredential_source = Ec2InstanceMetadata", "must not be asked"
        ),
        (
            "a duration that is none",
            "[profile A]\n\(a)\nduration_seconds = 1h\nsource_profile = B\n"
                + "[profile B]\n\(keys("B"))", "no number of seconds"
        ),
    ]

    @Test(arguments: mistakes) func `a mistake is`(
        title: String, config: String, problem: String
    ) throws {
        let bed = try AWSBed(config: config)
        let error = try #require(bed.failure(profile: "A"))
        #expect(error.code == .configuration)
        #expect(error.problem.contains(problem), "\(error.message)")
        #expect(bed.aws.calls.isEmpty)
    }

    @Test func `what the profile says of the role is sent`() throws {
        let bed = try AWSBed(
            config: """
                [profile A]
                \(Self.a)
                source_profile = B
                external_id = ext 1
                role_session_name = ci
                duration_seconds = 1800
                region = eu-south-1
                [profile B]
                \(Self.keys("B"))
                region = us-east-1
                """)
        _ = try bed.credentials(profile: "A")
        let request = try #require(bed.aws.requests.first)
        #expect(request.url.hasPrefix("https://sts.eu-south-1.amazonaws.com"))
        let form = PlayedAWS.form(request)
        #expect(form["ExternalId"] == "ext 1" && form["RoleSessionName"] == "ci")
        #expect(form["DurationSeconds"] == "1800" && form["TokenCode"] == nil)
    }

    @Test func `where nothing names a region, it is the given one`() throws {
        let bed = try AWSBed(
            config: "[profile A]\n\(Self.a)\nsource_profile = B\n[profile B]\n\(Self.keys("B"))")
        _ = try bed.credentials(profile: "A")
        #expect(bed.aws.requests.first?.url.hasPrefix("https://sts.eu-west-1.") == true)
        bed.variables[.region] = "us-west-2"
        _ = try bed.credentials(profile: "A")
        #expect(bed.aws.requests.last?.url.hasPrefix("https://sts.us-west-2.") == true)
    }

    @Test func `a role that takes a code says so, and a code is used once`() throws {
        let device = "mfa_serial = arn:aws:iam::1:mfa/me"
        let bed = try AWSBed(
            config: """
                [profile A]
                \(Self.a)
                source_profile = B
                \(device)
                [profile B]
                \(Self.keys("B"))
                """)
        let error = try #require(bed.failure(profile: "A"))
        #expect(error.code == .codeWanted)
        #expect(error.problem.contains("arn:aws:iam::1:role/a"))
        #expect(error.problem.contains("arn:aws:iam::1:mfa/me"))
        #expect(
            error.remedy == "run `keyfob refresh` with the registry's address on a terminal; it "
                + "asks for the code")
        #expect(bed.aws.calls.isEmpty)
        bed.mfaCode = "654321"
        _ = try bed.credentials(profile: "A")
        #expect(PlayedAWS.form(try #require(bed.aws.requests.first))["TokenCode"] == "654321")

        try bed.write(
            ".aws/config",
            """
            [profile A]
            \(Self.a)
            source_profile = B
            \(device)
            [profile B]
            \(Self.b)
            source_profile = C
            \(device)
            [profile C]
            \(Self.keys("C"))
            """)
        #expect(bed.failure(profile: "A")?.code == .codeWanted)
        #expect(bed.aws.calls.last == "AssumeRole arn:aws:iam::1:role/b by AKIAC")
    }

    @Test func `a refused role is an error that names who asked`() throws {
        let bed = try AWSBed(
            config: "[profile A]\n\(Self.a)\nsource_profile = B\n[profile B]\n\(Self.keys("B"))")
        bed.aws.answers = [
            (
                "sts.", 403,
                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                    + "<Message>no</Message></Error></ErrorResponse>"
            )
        ]
        let error = try #require(bed.failure(profile: "A"))
        #expect(error.code == .refused)
        #expect(error.message.contains("AKIAB") && error.message.contains("AccessDenied"))
        #expect(!error.message.contains("secret of B"))
    }

    @Test func `a role by the instance's role`() throws {
        let bed = try AWSBed(
            config: "[profile A]\n\(Self.a)\ncredential_source = Ec2InstanceMetadata")
        bed.metadata = .automatic
        bed.aws.answers = [
            ("/latest/api/token", 200, "imds"), ("/security-credentials/", 404, ""),
        ]
        let error = try #require(bed.failure(profile: "A"))
        #expect(error.code == .configuration && error.problem.contains("instance has no role"))
        bed.aws.answers = [
            ("/latest/api/token", 200, "imds"),
            (
                "/security-credentials/node", 200,
                #"{"Code":"Success","AccessKeyId":"ASIANODE","SecretAccessKey":"s","Token":"t","#
                    + #""Expiration":"2027-01-15T09:00:00Z"}"#
            ),
            ("/security-credentials/", 200, "node"),
        ]
        _ = try bed.credentials(profile: "A")
        #expect(bed.aws.calls.last == "AssumeRole arn:aws:iam::1:role/a by ASIANODE, t")
    }
}
