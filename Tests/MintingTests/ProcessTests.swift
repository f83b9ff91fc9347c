import CredentialCore
import Testing
import Tokens

@testable import Minting

@Suite struct ProcessTests {
    /// A bed whose default profile runs a shell script.
    private static func bed(_ script: String, arguments: String = "") throws -> AWSBed {
        let bed = try AWSBed()
        let program = try bed.write("my creds", "#!/bin/sh\n\(script)\n", mode: 0o700)
        try bed.write(
            ".aws/config", "[default]\ncredential_process = \"\(program)\" \(arguments)\n")
        return bed
    }

    private static func answer(_ members: String) -> String { "printf '%s' '{\(members)}'" }

    private static let whole =
        #""Version": 1, "AccessKeyId": "AKIAPROC", "SecretAccessKey": "s""#

    @Test func `a program prints credentials`() throws {
        let bed = try Self.bed(
            Self.answer(
                Self.whole
                    + #", "SessionToken": "t", "Expiration": "2027-01-15T09:00:00+00:00""#))
        let found = try bed.credentials()
        #expect(found.accessKeyID == "AKIAPROC" && plain(found.secretAccessKey) == "s")
        #expect(found.sessionToken.map(plain) == "t" && found.expiresAt == AWSBed.now + 3600)
        #expect(found.identity.hasSuffix("`credential_process` of the profile default"))
    }

    @Test(arguments: ["", #", "SessionToken": "", "Other": [1]"#, #", "SessionToken": null"#])
    func `a program may print the keys alone`(rest: String) throws {
        let found = try Self.bed(Self.answer(Self.whole + rest)).credentials()
        #expect(found.accessKeyID == "AKIAPROC")
        #expect(found.sessionToken == nil && found.expiresAt == nil)
    }

    @Test func `no shell is between`() throws {
        let bed = try Self.bed(
            #"printf '%s\n' "$@" > "$0.args"; "# + Self.answer(Self.whole),
            arguments: #"'a b' $HOME; `id` > x "c\"d" *"#)
        _ = try bed.credentials()
        #expect(bed.read("my creds.args") == "a b\n$HOME;\n`id`\n>\nx\nc\"d\n*\n")
    }

    @Test func `a name alone is looked for on PATH`() throws {
        let bed = try AWSBed(config: "[default]\ncredential_process = printf %s '{}'")
        let error = try #require(bed.failure())
        #expect(error.problem.hasPrefix("what printf, the `credential_process` of"))
        for name in ["keyfob-no-such-program", "bin/program", "./program", "''"] {
            try bed.write(".aws/config", "[default]\ncredential_process = \(name) x")
            let error = try #require(bed.failure())
            #expect(error.code == .configuration && error.problem.contains("not on PATH"))
            #expect(error.remedy?.contains("config line 2") == true)
        }
    }

    private static let answers: [(members: String, problem: String)] = [
        (#""AccessKeyId": "A", "SecretAccessKey": "s""#, "not of `Version` 1"),
        (#""Version": 2, "AccessKeyId": "A", "SecretAccessKey": "s""#, "not of `Version` 1"),
        (#""Version": 1, "AccessKeyId": "A""#, "lacks"),
        (#""Version": 1, "SecretAccessKey": "s""#, "lacks"),
        (#""Version": 1, "AccessKeyId": "", "SecretAccessKey": "s""#, "lacks"),
        (#""Version": 1, "AccessKeyId": "A", "SecretAccessKey": 5, "x": "#, "no JSON object"),
        (whole + #", "Expiration": "soon""#, "no time"),
    ]

    @Test(arguments: answers) func `another answer is an error`(
        members: String, problem: String
    ) throws {
        let error = try #require(try Self.bed(Self.answer(members)).failure())
        #expect(error.code == .configuration)
        #expect(error.problem.contains(problem), "\(error.message)")
    }

    @Test func `whether credentials are over is AWS's to say`() throws {
        let bed = try Self.bed(
            Self.answer(Self.whole + #", "Expiration": "2027-01-15T07:00:00Z""#))
        let found = try bed.credentials()
        #expect(found.expiresAt == AWSBed.now - 3600 && found.endsByAWSClock)
    }

    @Test(arguments: ["AccessKeyId", "SecretAccessKey", "SessionToken"])
    func `a key that cannot be sent is an error`(member: String) throws {
        let members = Self.whole + #", "SessionToken": "hunter2""#
        let whole = try Self.bed(Self.answer(members))
        #expect(whole.failure() == nil)
        let broken = members.replacing(
            try Regex("\"\(member)\": \"[^\"]*\""), with: #""\#(member)": "hunter2\n""#)
        let error = try #require(try Self.bed(Self.answer(broken)).failure())
        #expect(error.code == .configuration)
        #expect(error.problem.hasSuffix("has what cannot be sent: `\(member)` holds a line break"))
        #expect(!error.message.contains("hunter"))
    }

    @Test func `what a program prints belongs to the environment`() throws {
        let bed = try Self.bed(Self.answer(Self.whole))
        _ = try bed.configuration()
        #expect(bed.files.environment == nil)
        _ = try bed.credentials()
        #expect(bed.files.environment != nil)
        let lost = try AWSBed(config: "[default]\ncredential_process = keyfob-no-such-program")
        #expect(lost.failure()?.problem.contains("not on PATH") == true)
        #expect(lost.files.environment != nil)
    }

    @Test func `of a program that fails, nothing is repeated`() throws {
        let bed = try Self.bed("echo hunter2; echo hunter2 >&2; exit 3")
        let error = try #require(bed.failure())
        #expect(error.code == .unreachable)
        #expect(error.problem.contains("my creds") && error.problem.hasSuffix("exit code 3"))
        #expect(!error.message.contains("hunter2"))
    }

    @Test func `a program has a deadline and a limit`() throws {
        var bed = try Self.bed("exec sleep 60")
        bed.milliseconds = 100
        #expect(bed.failure()?.problem.hasSuffix("did not answer in time") == true)
        bed = try Self.bed("exec yes")
        let error = try #require(bed.failure())
        #expect(error.code == .limit && error.problem.hasSuffix("writes more than 64 KiB"))
    }

    @Test func `no program is run where Keyfob's configuration forbids it`() throws {
        let bed = try Self.bed("touch \"$0.ran\"; " + Self.answer(Self.whole))
        bed.runsProcesses = false
        let error = try #require(bed.failure())
        #expect(error.code == .configuration)
        #expect(error.problem.contains("`[aws] processes = never`"))
        #expect(bed.read("my creds.ran") == nil)
        bed.runsProcesses = true
        _ = try bed.credentials()
        #expect(bed.read("my creds.ran") != nil)
    }

    @Test func `a quote that is not closed is an error`() throws {
        let bed = try AWSBed(config: "[default]\ncredential_process = /bin/echo 'a")
        #expect(bed.failure()?.problem.contains("a quote that is not closed") == true)
    }

    @Test func `keys in the profile come before its program`() throws {
        let bed = try Self.bed("touch \"$0.ran\"")
        try bed.write(
            ".aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = s")
        #expect(try bed.credentials().accessKeyID == "A")
        #expect(bed.read("my creds.ran") == nil)
    }
}
