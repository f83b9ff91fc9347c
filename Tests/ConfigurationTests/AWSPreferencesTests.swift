import Configuration
import CredentialCore
import Testing

@Suite struct AWSPreferencesTests {
    private static let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    private static let otherHost = "210987654321.dkr.ecr.us-east-1.amazonaws.com"

    @Test func `without a word, metadata is asked of instances and processes are run`() throws {
        let preferences = try configuration("").aws
        #expect(preferences == AWSPreferences())
        #expect(preferences.metadata == .automatic)
        #expect(preferences.runsProcesses)
        #expect(preferences.timeout == 30)
        #expect(preferences.profiles.isEmpty && preferences.registries.isEmpty)
    }

    @Test(arguments: [("auto", MetadataUse.automatic), ("always", .always), ("never", .never)])
    func `the metadata service is asked as it is said`(value: String, use: MetadataUse) throws {
        let set = try configuration("[aws]\nmetadata = \(value)\n")
        #expect(set.aws.metadata == use)
        #expect(set.unknownKeys.isEmpty)
    }

    @Test(arguments: [("allow", true), ("never", false)])
    func `processes are run unless they are forbidden`(value: String, runs: Bool) throws {
        #expect(try configuration("[aws]\nprocesses = \(value)\n").aws.runsProcesses == runs)
    }

    @Test(arguments: [1, 30, 300])
    func `a time is taken in seconds`(seconds: Int) throws {
        #expect(try configuration("[aws]\ntimeout = \(seconds)\n").aws.timeout == seconds)
    }

    @Test func `profiles and registries are known by account or host, in any case`() throws {
        let set = try configuration(
            """
            [AWS "123456789012"]
                Profile = Build
            [aws "Images.Example.COM:5000"]
                profile = live
                registry = \(Self.host)
            """)
        #expect(
            set.aws.profiles == ["123456789012": "Build", "images.example.com:5000": "live"])
        #expect(set.aws.registries == ["images.example.com:5000": Self.host])
        #expect(set.unknownKeys.isEmpty)
    }

    @Test func `the last value is the one that counts`() throws {
        let preferences = try configuration(
            """
            [aws]
                metadata = never
                metadata = always
                processes = never
                processes = allow
                timeout = 5
                timeout = 6
            [aws "Images.example.com"]
                profile = a
                registry = \(Self.host)
            [aws "images.example.com"]
                profile = b
                registry = \(Self.otherHost)
            """
        ).aws
        #expect(preferences.metadata == .always)
        #expect(preferences.runsProcesses)
        #expect(preferences.timeout == 6)
        #expect(preferences.profiles == ["images.example.com": "b"])
        #expect(preferences.registries == ["images.example.com": Self.otherHost])
    }

    @Test func `names are written as addresses have them`() throws {
        let preferences = try configuration(
            """
            [aws "images.example.com:443"]
                profile = a
                registry = \(Self.host.uppercased())
            [aws "Images.example.com:8443"]
                profile = b
            """
        ).aws
        #expect(
            preferences.profiles == ["images.example.com": "a", "images.example.com:8443": "b"])
        #expect(preferences.registries == ["images.example.com": Self.host])
    }

    @Test(arguments: [
        ("[aws]\nmetadata = Auto", "`auto`, `always` or `never`"),
        ("[aws]\nmetadata =", "`auto`, `always` or `never`"),
        ("[aws]\nmetadata", "`auto`, `always` or `never`"),
        ("[aws]\nprocesses = yes", "`allow` or `never`"),
        ("[aws]\nprocesses =", "`allow` or `never`"),
        ("[aws]\ntimeout = 0", "`0` is no time"), ("[aws]\ntimeout = 301", "`301` is no time"),
        ("[aws]\ntimeout = 30s", "`30s` is no time"), ("[aws]\ntimeout = -1", "`-1` is no time"),
        ("[aws]\ntimeout =", "`` is no time"),
        ("[aws \"123456789012\"]\nprofile =", "the profile has no name"),
        ("[aws \"123456789012\"]\nprofile = \"\"", "the profile has no name"),
        ("[aws \"123\"]\nprofile = a", "`123` is no account and no registry's host"),
        ("[aws \"1234567890123\"]\nprofile = a", "is no account and no registry's host"),
        ("[aws \"https://a.example\"]\nprofile = a", "is no account and no registry's host"),
        ("[aws \"a.example/team\"]\nprofile = a", "is no account and no registry's host"),
        ("[aws \"a b\"]\nprofile = a", "`a b` is no account and no registry's host"),
        ("[aws \"https://a.example\"]\nregistry = \(host)", "is no account and no registry's host"),
        ("[aws \"123456789012\"]\nregistry = \(host)", "is no account and no registry's host"),
        ("[aws \"a.example\"]\nregistry =", "`` is not the host of an ECR registry"),
        ("[aws \"a.example\"]\nregistry = ghcr.io", "`ghcr.io` is not the host of an ECR registry"),
        ("[aws \"a.example\"]\nregistry = \(host).evil.com", "is not the host of an ECR registry"),
    ])
    func `a value that cannot be followed is refused with file and line`(
        text: String, problem: String
    ) throws {
        let error = try #require(refusal(of: try configuration(text)))
        #expect(error.code == .configuration)
        #expect(error.problem.contains("/.config/keyfob/config, line 2: "))
        #expect(error.problem.contains(problem))
        // One that comes later does not make it good.
        #expect(refusal(of: try configuration("\(text)\n[aws]\ntimeout = 30"))?.problem != nil)
        #expect(refusal(of: try configuration("[aws]\ntimeout = 30")) == nil)
    }

    @Test(arguments: [
        ("[aws]\nprofile = build", "aws.profile"), ("[aws]\nregistry = \(host)", "aws.registry"),
        ("[aws \"a\"]\nmetadata = never", "aws.a.metadata"),
        ("[aws \"a\"]\nprocesses = never", "aws.a.processes"),
        ("[aws \"a\"]\ntimeout = 5", "aws.a.timeout"), ("[aws]\nregion = x", "aws.region"),
    ])
    func `a key that means nothing is named and changes nothing`(text: String, key: String) throws {
        let set = try configuration(text)
        #expect(set.aws == AWSPreferences())
        #expect(set.unknownKeys.count == 1)
        #expect(set.unknownKeys.first?.hasPrefix("\(key) (") == true)
    }
}
