import CredentialCore
import Testing

@testable import Minting

@Suite struct EndpointTests {
    /// Where botocore sends its requests; see `Tests/AWS/endpoint_oracle.py`.
    struct Answers: Decodable, Sendable {
        var partitions: [String: [String]] = [:]
        var refusedRegions: [String] = []
        var rows: [Row] = []
    }

    /// The endpoints of a service in a region, in each form.
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        let service: String
        let region: String
        let settings: [String: String]
        /// Name and region in the signature; nothing for requests that are not signed.
        let scope: [String]
        let urls: [String: String?]
        var testDescription: String { "\(service) \(region) \(settings.keys.sorted())" }

        var endpointSettings: EndpointSettings {
            EndpointSettings(
                urls: Dictionary(
                    uniqueKeysWithValues: AWSService.allCases.compactMap { service in
                        settings[service.rawValue].map { (service, $0) }
                    }),
                url: settings["url"], usesFIPS: settings["usesFIPS"] == "true",
                usesDualStack: settings["usesDualStack"] == "true",
                stsIsGlobal: settings["stsIsGlobal"] == "legacy")
        }
    }

    private static let answers =
        DataFile.decoded("endpoints.json", as: Answers.self) ?? Answers()

    @Test func `there are endpoints of every service, partition and form`() throws {
        #expect(Set(Self.answers.rows.map(\.service)) == Set(AWSService.allCases.map(\.rawValue)))
        #expect(Set(Self.answers.partitions.keys) == Set(AWSPartition.all.map(\.name)))
        for service in AWSService.allCases {
            let regions = Self.answers.rows
                .filter { $0.service == service.rawValue && $0.urls.count == 4 }.map(\.region)
            #expect(Set(regions).isSuperset(of: Self.answers.partitions.values.joined()))
        }
        let withoutEndpoint = Self.answers.rows.filter { $0.urls.values.contains(nil) }
        #expect(!withoutEndpoint.isEmpty)
    }

    @Test(arguments: answers.rows)
    func `an endpoint is the one botocore asks`(row: Row) throws {
        let service = try #require(AWSService(rawValue: row.service))
        for (form, url) in row.urls {
            let made = Self.outcome {
                () throws(CredentialError) in
                try Endpoints.endpoint(
                    service, region: row.region, row.endpointSettings,
                    fips: form.contains("fips"), dualStack: form.contains("dual-stack"))
            }
            switch made {
            case .success(let endpoint):
                #expect(endpoint.url == url)
                if !row.scope.isEmpty {
                    #expect([endpoint.signingName, endpoint.signingRegion] == row.scope)
                }
            case .failure(let error):
                #expect(url == nil, "\(error.message)")
                #expect(error.code == .configuration)
            }
        }
    }

    @Test(arguments: answers.partitions.sorted { $0.key < $1.key })
    func `a region is in botocore's partition`(partition: String, regions: [String]) {
        for region in regions {
            #expect(AWSPartition.ofRegion(region).name == partition, "\(region)")
            #expect(ECRRegistry(account: "123456789012", region: region) != nil, "\(region)")
        }
    }

    @Test(arguments: answers.refusedRegions + ["", "EU-WEST-1", "eu-west-1 ", "-", "eu-west-1\0"])
    func `what is no label of a host name is no region`(region: String) {
        for service in AWSService.allCases {
            // Not even where an endpoint is written down: it is in the signature all the same.
            for url in [nil, "http://127.0.0.1:1"] {
                let settings = EndpointSettings(url: url)
                #expect(Self.refusal(service, region, settings) == .configuration)
                #expect(Self.refusal(service, "eu-west-1", settings) == nil)
            }
        }
    }

    @Test func `there are names that botocore refuses`() {
        #expect(Self.answers.refusedRegions.count >= 15)
    }

    /// What is written, and what is asked instead of it.
    @Test(arguments: [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://localhost", "http://localhost"),
        ("https://VPCE-1.ECR.Example", "https://vpce-1.ecr.example"),
        ("HTTPS://a.example:443/", "https://a.example:443"),
        ("https://a.example/AWS/ecr//", "https://a.example/AWS/ecr"),
        ("https://[FD00:EC2::254]:8443/x", "https://[fd00:ec2::254]:8443/x"),
        ("https://a_b.example:65535", "https://a_b.example:65535"),
    ])
    func `an endpoint that is written down is asked`(written: String, url: String) throws {
        for service in AWSService.allCases {
            let general = EndpointSettings(url: written)
            let own = EndpointSettings(urls: [service: written], url: "https://other.example")
            for settings in [general, own] {
                let endpoint = try Endpoints.endpoint(
                    service, region: "eu-west-1", settings, fips: true, dualStack: true)
                #expect(
                    endpoint
                        == Endpoint(
                            url: url, signingName: service.signingName, signingRegion: "eu-west-1"))
            }
        }
    }

    @Test(arguments: [
        "", "/", "a.example", "//a.example", "ftp://a.example", "file:///etc/passwd", "https:",
        "https://", "https:///x", "https://:443", "https://a.example:", "https://a.example:0",
        "https://a.example:65536", "https://a.example:+1", "https://a.example:x",
        "https://a.example:1:2", "https://user@a.example", "https://user:pass-word@a.example",
        "https://a.example?x=y", "https://a.example/?x", "https://a.example#x",
        "https://a.example/x#y", "https://a.example/ x", " https://a.example",
        "https://a.example\r\nX: y", "https://a.example\0", "https://a.ex%61mple",
        "https://\u{430}.example", "https://a.example/\u{FC}", "https://a\\b.example",
        "https://[::1", "https://[::1]x", "https://[]", "https://[::g]", "https://::1",
        "https://a,b.example",
    ])
    func `what is no plain URL is no endpoint, and is not repeated`(written: String) throws {
        for settings in [EndpointSettings(url: written), EndpointSettings(urls: [.sts: written])] {
            let made = Self.outcome { () throws(CredentialError) in
                try Endpoints.endpoint(.sts, region: "eu-west-1", settings)
            }
            guard case .failure(let error) = made else {
                Issue.record("\(written) was taken: \(made)")
                continue
            }
            #expect(error.code == .configuration)
            #expect(!error.message.contains("pass-word"))
        }
        // The one of another service is not looked at.
        #expect(Self.refusal(.ecr, "eu-west-1", EndpointSettings(urls: [.sts: written])) == nil)
    }

    private static func refusal(
        _ service: AWSService, _ region: String, _ settings: EndpointSettings
    ) -> CredentialError.Code? {
        let made = outcome { () throws(CredentialError) in
            try Endpoints.endpoint(service, region: region, settings)
        }
        guard case .failure(let error) = made else { return nil }
        return error.code
    }

    private static func outcome(
        _ body: () throws(CredentialError) -> Endpoint
    ) -> Result<Endpoint, CredentialError> {
        Result(catching: body)
    }
}
