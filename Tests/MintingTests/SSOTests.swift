import CredentialCore
import Glibc
import ProtectedFiles
import SealedFile
import Testing
import Tokens
import Transport

@testable import Minting

@Suite struct SSOTests {
    /// The SHA-1 of `corp`.
    private static let file = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
    private static let roleCredentials = (
        "/federation/credentials", 200,
        #"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","#
            + #""expiration":1800003600000}}"#
    )
    private static let config = """
        [profile dev]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session corp]
        sso_region = eu-central-1
        sso_start_url = https://corp.awsapps.com/start
        sso_registration_scopes = sso:account:access
        """

    private static func bed(expiresAt: String, _ more: String = "") throws -> AWSBed {
        let bed = try AWSBed(config: config)
        try write(bed, expiresAt: expiresAt, more)
        bed.aws.answers = [roleCredentials]
        return bed
    }

    private static func write(_ bed: AWSBed, expiresAt: String, _ more: String = "") throws {
        try bed.write(
            file,
            #"{"startUrl": "https://corp.awsapps.com/start", "region": "eu-central-1", "#
                + #""accessToken": "old", "expiresAt": "\#(expiresAt)"\#(more)}"#)
    }

    private static let renewable = """
        , "clientId": "client", "clientSecret": "client's", "refreshToken": "refresh", \
        "registrationExpiresAt": "2027-03-01T00:00:00Z"
        """

    @Test func `a login gives a role's credentials`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:05:00Z", Self.renewable)
        let found = try bed.credentials(profile: "dev")
        #expect(found.accessKeyID == "ASIASSO" && found.expiresAt == AWSBed.now + 3600)
        #expect(
            found.identity == "role Reader of 123456789012 through the login of the profile dev")
        #expect(bed.aws.calls.count == 1)
        let request = try #require(bed.aws.requests.first)
        #expect(request.url.hasPrefix("https://portal.sso.eu-central-1.amazonaws.com/"))
        #expect(PlayedAWS.header("x-amz-sso_bearer_token", request) == "old")
        #expect(bed.files.witnesses.map(\.path).contains(bed.path(Self.file)))
    }

    @Test func `a token that ends soon is renewed, and the file with it`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:04:59Z", Self.renewable)
        bed.aws.answers.append(
            ("/token", 200, #"{"accessToken":"new","expiresIn":28800,"refreshToken":"next"}"#))
        _ = try bed.credentials(profile: "dev")
        #expect(bed.aws.calls.first == "POST https://oidc.eu-central-1.amazonaws.com/token")
        let body = bed.aws.requests.first?.body.map(plain) ?? ""
        for member in [
            #""clientId":"client""#, #""clientSecret":"client's""#, #""refreshToken":"refresh""#,
        ] { #expect(body.contains(member)) }
        let last = try #require(bed.aws.requests.last)
        #expect(PlayedAWS.header("x-amz-sso_bearer_token", last) == "new")
        #expect(
            bed.read(Self.file)
                == #"{"startUrl": "https://corp.awsapps.com/start", "region": "eu-central-1", "#
                + #""accessToken": "new", "expiresAt": "2027-01-15T16:00:00Z", "#
                + #""clientId": "client", "clientSecret": "client's", "#
                + #""registrationExpiresAt": "2027-03-01T00:00:00Z", "refreshToken": "next"}"#)
        var status = stat()
        stat(bed.path(Self.file), &status)
        #expect(status.st_mode & 0o7777 == 0o600)
        let witness = bed.files.witnesses.first { $0.path == bed.path(Self.file) }
        #expect(witness?.stillHolds(limit: 1 << 20) == true)
        // The new token is good for the next one.
        let count = bed.aws.calls.count
        _ = try bed.credentials(profile: "dev")
        #expect(bed.aws.calls.count == count + 1)
    }

    @Test func `the old refresh token stays where there is no new one`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T07:00:00Z", Self.renewable)
        bed.aws.answers.append(("/token", 200, #"{"accessToken":"new","expiresIn":28800}"#))
        _ = try bed.credentials(profile: "dev")
        #expect(bed.read(Self.file)?.contains(#""refreshToken": "refresh""#) == true)
    }

    @Test func `what cannot be renewed is used as long as it lasts`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:00:01Z", Self.renewable)
        bed.aws.answers.append(("/token", 400, #"{"error":"invalid_grant"}"#))
        _ = try bed.credentials(profile: "dev")
        let last = try #require(bed.aws.requests.last)
        #expect(PlayedAWS.header("x-amz-sso_bearer_token", last) == "old")
        #expect(bed.aws.calls.count == 2)
    }

    @Test func `a token that another program renewed meanwhile is used`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T07:00:00Z", Self.renewable)
        bed.aws.answers.append(("/token", 400, #"{"error":"invalid_grant"}"#))
        bed.aws.meanwhile = { [unowned bed] in
            _ = try? bed.write(
                Self.file, #"{"accessToken": "other", "expiresAt": "2027-01-15T16:00:00Z"}"#)
        }
        _ = try bed.credentials(profile: "dev")
        let last = try #require(bed.aws.requests.last)
        #expect(PlayedAWS.header("x-amz-sso_bearer_token", last) == "other")
        #expect(bed.aws.calls.count == 2)
    }

    private static let ends: [(title: String, more: String, problem: String)] = [
        ("nothing to renew it with", "", "expired at 2027-01-15T08:00:00Z"),
        ("a refused renewal", renewable, "could not be renewed"),
        (
            "a registration that ended",
            renewable.replacing("2027-03-01", with: "2027-01-01"), "expired at"
        ),
    ]

    @Test(arguments: ends) func `a login that ended asks for another`(
        title: String, more: String, problem: String
    ) throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:00:00Z", more)
        bed.aws.answers.append(("/token", 400, #"{"error":"invalid_grant"}"#))
        let error = try #require(bed.failure(profile: "dev"))
        #expect(error.code == .expired)
        #expect(error.problem.hasPrefix("the profile dev has a login that"))
        #expect(error.problem.contains(problem), "\(error.message)")
        #expect(error.remedy == "run `aws sso login --profile dev`")
        #expect(!error.message.contains("refresh\""))
    }

    @Test func `a network that is away is not an ended login`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:00:00Z", Self.renewable)
        bed.aws.unreachable = "oidc.eu-central-1"
        bed.milliseconds = 0
        #expect(bed.failure(profile: "dev")?.code == .unreachable)
    }

    @Test(arguments: ["", "{", "[]", "{\"accessToken\": \"x\"}", "{\"expiresAt\": \"x\"}"])
    func `a file without a login asks for one`(content: String) throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T09:00:00Z")
        try bed.write(Self.file, content)
        let error = try #require(bed.failure(profile: "dev"))
        #expect(error.code == .expired && error.remedy == "run `aws sso login --profile dev`")
        unlink(bed.path(Self.file))
        #expect(bed.failure(profile: "dev")?.problem == "the profile dev has no login")
    }

    private static let renewal = (
        "/token", 200, #"{"accessToken":"new","expiresIn":28800,"refreshToken":"next"}"#
    )

    @Test func `nothing is renewed that could not be kept`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:00:01Z", Self.renewable)
        bed.aws.answers.append(Self.renewal)
        chmod(bed.path(".aws/sso/cache"), 0o777)
        _ = try bed.credentials(profile: "dev")
        #expect(bed.aws.calls.count == 1)
        try Self.write(bed, expiresAt: "2027-01-15T08:00:00Z", Self.renewable)
        let error = try #require(bed.failure(profile: "dev"))
        #expect(error.code == .expired)
        #expect(
            error.problem.hasSuffix(
                "cannot be kept: \(bed.path(".aws/sso/cache")) can be written by others"))
        #expect(error.remedy?.hasSuffix(", or run `aws sso login --profile dev`") == true)
        #expect(bed.aws.calls.count == 1)
        chmod(bed.path(".aws/sso/cache"), 0o700)
        _ = try bed.credentials(profile: "dev")
        #expect(bed.aws.calls.count == 3)
        #expect(bed.read(Self.file)?.contains(#""accessToken": "new""#) == true)
        #expect(bed.read(Self.file + ".new") == nil)
    }

    /// Whether somebody else may renew a login now.
    private static func isFree(_ bed: AWSBed) throws -> Bool {
        let folder = try Folder(making: bed.path("state"))
        return try folder.withLockIfFree("sso.lock") { () throws(CredentialError) in true } ?? false
    }

    @Test func `one process at a time renews`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T07:00:00Z", Self.renewable)
        bed.aws.answers.append(Self.renewal)
        var wasFree: [Bool] = []
        bed.aws.meanwhile = { [unowned bed] in
            wasFree.append((try? Self.isFree(bed)) ?? true)
        }
        _ = try bed.credentials(profile: "dev")
        // While CreateToken is asked, and while GetRoleCredentials is.
        #expect(wasFree == [false, true])
    }

    @Test func `who waited takes what the other process wrote`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T07:00:00Z", Self.renewable)
        // The clock is looked at after the file, and before the lock.
        bed.clock = { [unowned bed] in
            try? Self.write(bed, expiresAt: "2027-01-15T16:00:00Z", Self.renewable)
            return AWSBed.now
        }
        _ = try bed.credentials(profile: "dev")
        #expect(bed.aws.calls.count == 1)
        #expect(bed.aws.calls.first?.contains("/federation/credentials") == true)
    }

    @Test func `nobody waits long for a renewal whose token still lives`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T08:00:01Z", Self.renewable)
        bed.aws.answers.append(Self.renewal)
        bed.milliseconds = 300
        let folder = try Folder(making: bed.path("state"))
        try folder.withLock("sso.lock") { () throws(CredentialError) in
            _ = try bed.credentials(profile: "dev")
            #expect(bed.aws.calls.count == 1)
            try? Self.write(bed, expiresAt: "2027-01-15T08:00:00Z", Self.renewable)
            let error = bed.failure(profile: "dev")
            #expect(error?.problem.hasSuffix("sso.lock is held by another process") == true)
            #expect(bed.aws.calls.count == 1)
        }
        bed.milliseconds = 5000
        _ = try bed.credentials(profile: "dev")
        #expect(bed.aws.calls.count == 3)
    }

    @Test func `a login without a session is read from the start URL's file, and not renewed`()
        throws
    {
        let url = "https://old.awsapps.com/start"
        let bed = try AWSBed(
            config: """
                [profile dev]
                sso_start_url = \(url)
                sso_region = us-east-1
                sso_account_id = 1
                sso_role_name = R
                """)
        bed.aws.answers = [Self.roleCredentials]
        let file = ".aws/sso/cache/\(SHA1.hexadecimal(url)).json"
        let login = { (time: String) in
            #"{"accessToken": "old", "expiresAt": "\#(time)"\#(Self.renewable)}"#
        }
        try bed.write(file, login("2027-01-15T08:00:01UTC"))
        #expect(try bed.credentials(profile: "dev").accessKeyID == "ASIASSO")
        #expect(bed.aws.calls.count == 1)
        try bed.write(file, login("2027-01-15T08:00:00UTC"))
        #expect(bed.failure(profile: "dev")?.code == .expired)
        #expect(bed.aws.calls.count == 1)
    }

    private static let mistakes: [(line: String, replacement: String, problem: String)] = [
        ("sso_account_id = 123456789012", "", "`sso_role_name` without `sso_account_id`"),
        ("sso_role_name = Reader", "", "`sso_account_id` without `sso_role_name`"),
        ("sso_session = corp", "sso_session = lost", "has lost as its `sso_session`"),
        ("sso_region = eu-central-1", "", "[sso-session corp] has `sso_session` without"),
        ("sso_session = corp", "", "without `sso_region`"),
        (
            "sso_session = corp", "sso_session = corp\nsso_region = eu-west-1",
            "another `sso_region` than [sso-session corp]"
        ),
    ]

    @Test(arguments: mistakes) func `a mistake is`(
        line: String, replacement: String, problem: String
    ) throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T09:00:00Z")
        try bed.write(".aws/config", Self.config.replacing(line, with: replacement))
        let error = try #require(bed.failure(profile: "dev"))
        #expect(error.code == .configuration)
        #expect(error.problem.contains(problem), "\(error.message)")
    }

    @Test func `a login comes before the profile's keys`() throws {
        let bed = try Self.bed(expiresAt: "2027-01-15T09:00:00Z")
        try bed.write(
            ".aws/credentials", "[dev]\naws_access_key_id = A\naws_secret_access_key = s")
        #expect(try bed.credentials(profile: "dev").accessKeyID == "ASIASSO")
    }
}
