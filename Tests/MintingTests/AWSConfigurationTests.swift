import CredentialCore
import SealedFile
import Testing
import Tokens

@testable import Minting

@Suite struct AWSConfigurationTests {
    private static let config = """
        [default]
        region = eu-north-1
        [profile build]
        region = eu-west-3
        ca_bundle = /etc/build.pem
        endpoint_url = https://build.example
        services = local
        use_fips_endpoint = TRUE
        [profile plain]
        [services local]
        ecr =
          endpoint_url = https://old.example
          Endpoint_URL = https://ecr.example # c
          other = x
        sts =
          region = us-east-1
        """

    @Test func `the profile is the given one, else the environment's, else default`() throws {
        let bed = try AWSBed(config: Self.config)
        let used = { (given: String?) in try bed.configuration().profileInUse(given)?.name }
        #expect(try used(nil) == "default")
        bed.variables[.defaultProfile] = "plain"
        #expect(try used(nil) == "plain")
        bed.variables[.profile] = "build"
        #expect(try used(nil) == "build")
        #expect(try used("plain") == "plain")
    }

    @Test(arguments: [AWSVariable.profile, .defaultProfile])
    func `a profile that is not there is an error that names it`(variable: AWSVariable) throws {
        let bed = try AWSBed(config: Self.config)
        bed.variables = [variable: "lost", .accessKeyID: "AKIA1", .secretAccessKey: "s"]
        let error = try #require(bed.failure())
        #expect(error.code == .configuration)
        #expect(error.problem.contains("no AWS profile lost in \(bed.path(".aws/config"))"))
        #expect(error.remedy?.contains(variable.rawValue) == true)
        let mapped = try #require(bed.failure(profile: "gone"))
        #expect(mapped.problem.contains("no AWS profile gone"))
        #expect(mapped.remedy?.contains("Keyfob's configuration") == true)
        bed.variables[variable] = "build"
        #expect(bed.failure() == nil)
    }

    @Test func `default need not be there, unless it is asked for`() throws {
        let bed = try AWSBed()
        #expect(try bed.configuration().profileInUse(nil) == nil)
        bed.variables[.profile] = "default"
        #expect(try bed.configuration().profileInUse(nil) == nil)
        #expect(throws: CredentialError.self) { try bed.configuration().profileInUse("default") }
    }

    @Test func `the region is AWS_REGION, AWS_DEFAULT_REGION, the profile's`() throws {
        let bed = try AWSBed(config: Self.config)
        #expect(try bed.configuration().region(profile: nil) == "eu-north-1")
        #expect(try bed.configuration().region(profile: "build") == "eu-west-3")
        #expect(try bed.configuration().region(profile: "plain") == nil)
        bed.variables[.defaultRegion] = "us-west-1"
        #expect(try bed.configuration().region(profile: "build") == "us-west-1")
        bed.variables[.region] = "us-west-2"
        #expect(try bed.configuration().region(profile: "build") == "us-west-2")
    }

    @Test func `the certificates are AWS_CA_BUNDLE's, else the profile's`() throws {
        let bed = try AWSBed(config: Self.config)
        #expect(try bed.configuration().caBundle(profile: nil) == nil)
        #expect(try bed.configuration().caBundle(profile: "build") == "/etc/build.pem")
        bed.variables[.caBundle] = "/etc/all.pem"
        #expect(try bed.configuration().caBundle(profile: "build") == "/etc/all.pem")
    }

    @Test func `the files may be elsewhere`() throws {
        let bed = try AWSBed(config: Self.config, credentials: "[default]\naws_access_key_id = no")
        bed.variables[.configFile] = try bed.write("c", "[default]\nregion = us-east-2")
        try bed.write("k", "[default]\naws_access_key_id = AKIA1")
        bed.variables[.sharedCredentialsFile] = "~/k"
        let profile = try #require(try bed.configuration().profile("default"))
        #expect(
            profile.settings.mapValues(\.text) == [
                "region": "us-east-2", "aws_access_key_id": "AKIA1",
            ])
        #expect(bed.files.witnesses.map(\.path) == [bed.path("c"), bed.path("k")])
    }

    @Test func `/dev/null is no file, and a folder is an error`() throws {
        let bed = try AWSBed(config: Self.config, credentials: "[default]\nregion = no")
        bed.variables = [.configFile: "/dev/null", .sharedCredentialsFile: "/dev/null"]
        #expect(try bed.configuration().profile("default") == nil)
        bed.variables[.configFile] = bed.home
        let error = try #require(throws: CredentialError.self) { try bed.configuration() }
        #expect(error.code == .unsafeFile)
    }

    @Test func `without the files only the environment counts`() throws {
        let bed = try AWSBed(config: Self.config)
        let configuration = AWSConfiguration(environmentOf: bed.surroundings)
        #expect(configuration.region(profile: nil) == nil)
        #expect(try configuration.endpointSettings(profile: nil) == EndpointSettings())
        #expect(bed.files.witnesses.isEmpty)
    }

    @Test func `endpoints come from the profile's services, then from the profile`() throws {
        let bed = try AWSBed(config: Self.config)
        var expected = EndpointSettings()
        #expect(try bed.configuration().endpointSettings(profile: nil) == expected)
        expected.url = "https://build.example"
        expected.urls[.ecr] = "https://ecr.example"
        expected.usesFIPS = true
        #expect(try bed.configuration().endpointSettings(profile: "build") == expected)
    }

    @Test func `endpoints of the environment come first, the one for all before any file`() throws {
        let bed = try AWSBed(config: Self.config)
        bed.variables = [.endpointURLOfSTS: "https://sts.test", .usesFIPS: "false"]
        var settings = try bed.configuration().endpointSettings(profile: "build")
        #expect(settings.urls == [.ecr: "https://ecr.example", .sts: "https://sts.test"])
        #expect(!settings.usesFIPS)
        bed.variables[.endpointURL] = "https://all.test"
        settings = try bed.configuration().endpointSettings(profile: "build")
        #expect(settings.urls == [.sts: "https://sts.test"])
        #expect(settings.url == "https://all.test")
        bed.variables[.ignoresEndpointURLs] = "true"
        #expect(try bed.configuration().endpointSettings(profile: "build") == EndpointSettings())
    }

    @Test func `each service has its variable`() throws {
        let bed = try AWSBed()
        bed.variables = [
            .endpointURLOfECR: "1", .endpointURLOfECRPublic: "2", .endpointURLOfSTS: "3",
            .endpointURLOfSSO: "4", .endpointURLOfSSOOIDC: "5",
        ]
        #expect(
            try bed.configuration().endpointSettings(profile: nil).urls == [
                .ecr: "1", .ecrPublic: "2", .sts: "3", .sso: "4", .ssoOIDC: "5",
            ])
    }

    private static let switches: [(AWSVariable, String, String, String)] = [
        (.usesFIPS, "use_fips_endpoint", "true", "yes"),
        (.usesDualStack, "use_dualstack_endpoint", "False", "0"),
        (.ignoresEndpointURLs, "ignore_configured_endpoint_urls", "true", "on"),
        (.stsRegionalEndpoints, "sts_regional_endpoints", "legacy", "global"),
    ]

    @Test(arguments: switches) func `a switch that is neither is an error that names its place`(
        variable: AWSVariable, setting: String, good: String, bad: String
    ) throws {
        let bed = try AWSBed(config: "[default]\n\n\(setting) = \(bad)")
        let settings = { try bed.configuration().endpointSettings(profile: nil) }
        let error = try #require(throws: CredentialError.self) { try settings() }
        #expect(error.code == .configuration)
        #expect(
            error.problem.hasPrefix("\(setting) (\(bed.path(".aws/config")) line 3) is neither"))
        bed.variables[variable] = good
        _ = try settings()
        bed.variables[variable] = bad
        let second = try #require(throws: CredentialError.self) { try settings() }
        #expect(second.problem.hasPrefix("\(variable.rawValue) is neither"))
    }

    @Test func `the switches are read`() throws {
        let bed = try AWSBed(
            config: """
                [default]
                use_fips_endpoint = true
                use_dualstack_endpoint = true
                sts_regional_endpoints = legacy
                """)
        let settings = try bed.configuration().endpointSettings(profile: nil)
        #expect(settings.usesFIPS && settings.usesDualStack && settings.stsIsGlobal)
        bed.variables = [
            .usesFIPS: "false", .usesDualStack: "false", .stsRegionalEndpoints: "regional",
        ]
        #expect(try bed.configuration().endpointSettings(profile: nil) == EndpointSettings())
    }

    @Test func `services that are not there are an error`() throws {
        let bed = try AWSBed(config: "[default]\nservices = lost")
        let error = try #require(throws: CredentialError.self) {
            try bed.configuration().endpointSettings(profile: nil)
        }
        #expect(error.code == .configuration)
        #expect(error.problem.contains("line 2 names services lost"))
    }
}
