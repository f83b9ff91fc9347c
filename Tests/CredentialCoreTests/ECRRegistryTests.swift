import Testing

@testable import CredentialCore

@Suite struct ECRRegistryTests {
    /// A host of ECR, and names that look like it and are nobody's.
    struct Row: Sendable, CustomTestStringConvertible {
        let host: String
        let registry: String
        let lookAlikes: [String]
        var testDescription: String { host }

        init(_ host: String, _ registry: String, not lookAlikes: [String] = []) {
            self.host = host
            self.registry = registry
            self.lookAlikes = lookAlikes
        }
    }

    private static let rows = [
        Row(
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "123456789012 eu-west-1",
            not: [
                // Another domain that begins, ends or is cut like AWS's.
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com.",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.comx",
                "123456789012.dkr.ecr.eu-west-1.xamazonaws.com",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.co",
                "123456789012.dkr.ecr.eu-west-1.amazonaws", "123456789012.dkr.ecr.eu-west-1.",
                "123456789012.dkr.ecr.eu-west-1", "123456789012.dkr.ecr.", "123456789012.",
                "123456789012", "", ".", "123456789012.dkr.ecr.eu-west-1.amazonaws-com",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com:443",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com\0",
                "evil.example/123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                // A label more or less.
                "x.123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                ".123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                "123456789012.x.dkr.ecr.eu-west-1.amazonaws.com",
                "123456789012..dkr.ecr.eu-west-1.amazonaws.com",
                "123456789012.dkr.x.ecr.eu-west-1.amazonaws.com",
                "123456789012.dkr.ecr..eu-west-1.amazonaws.com",
                "123456789012.dkr.ecr.x.eu-west-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-1.x.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-1..amazonaws.com",
                "123456789012.dkr.ecr.amazonaws.com", "123456789012.dkr.ecr..amazonaws.com",
                "123456789012.dkr.eu-west-1.amazonaws.com",
                "123456789012.ecr.eu-west-1.amazonaws.com",
                "dkr.ecr.eu-west-1.amazonaws.com", ".dkr.ecr.eu-west-1.amazonaws.com",
                // No account.
                "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
                "1234567890123.dkr.ecr.eu-west-1.amazonaws.com",
                "12345678901x.dkr.ecr.eu-west-1.amazonaws.com",
                "12345678901-.dkr.ecr.eu-west-1.amazonaws.com",
                "-12345678901.dkr.ecr.eu-west-1.amazonaws.com",
                "12345678901\u{0662}.dkr.ecr.eu-west-1.amazonaws.com",
                "\u{FF11}23456789012.dkr.ecr.eu-west-1.amazonaws.com",
                "123456789012-dkr.ecr.eu-west-1.amazonaws.com",
                // Other services of AWS.
                "123456789012.dkr.s3.eu-west-1.amazonaws.com",
                "123456789012.dkr.ecr-x.eu-west-1.amazonaws.com",
                "123456789012.dkrxecr.eu-west-1.amazonaws.com",
                "123456789012.dkr.ecrfips.eu-west-1.amazonaws.com",
                "api.ecr.eu-west-1.amazonaws.com", "ecr.eu-west-1.api.aws",
                // Names are in lower case before they come here.
                "123456789012.DKR.ECR.eu-west-1.amazonaws.com",
                "123456789012.dkr.ecr.EU-WEST-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-1.AMAZONAWS.COM",
                "123456789012.dkr.\u{435}cr.eu-west-1.amazonaws.com",
                // No region, or one of another partition.
                "123456789012.dkr.ecr.not-real.amazonaws.com",
                "123456789012.dkr.ecr.eu-west.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-.amazonaws.com",
                "123456789012.dkr.ecr.eu--1.amazonaws.com",
                "123456789012.dkr.ecr.-west-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-1a.amazonaws.com",
                "123456789012.dkr.ecr.eu-we_st-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-w\u{E9}st-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-\u{0661}.amazonaws.com",
                "123456789012.dkr.ecr.eu-west-1-x.amazonaws.com",
                "123456789012.dkr.ecr.xx-west-1.amazonaws.com",
                "123456789012.dkr.ecr.eu-gov-west-1.amazonaws.com",
                "123456789012.dkr.ecr.aws-global.amazonaws.com",
                "123456789012.dkr.ecr.cn-north-1.amazonaws.com",
                "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.com",
                "123456789012.dkr.ecr.us-iso-east-1.amazonaws.com",
                "123456789012.dkr.ecr.us-isob-east-1.amazonaws.com",
                // The forms cannot be mixed.
                "123456789012.dkr.ecr.eu-west-1.on.aws",
                "123456789012.dkr.ecr.eu-west-1.api.aws",
            ]),
        Row("000000000000.dkr.ecr.us-east-1.amazonaws.com", "000000000000 us-east-1"),
        Row("123456789012.dkr.ecr.ap-southeast-7.amazonaws.com", "123456789012 ap-southeast-7"),
        Row("123456789012.dkr.ecr.mx-central-1.amazonaws.com", "123456789012 mx-central-1"),
        Row("123456789012.dkr.ecr.il-central-12.amazonaws.com", "123456789012 il-central-12"),
        Row(
            "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "123456789012 us-east-1 fips",
            not: [
                "123456789012.dkr.ecr-fips.us-east-1.on.aws",
                "123456789012.dkr.ecr-fips-fips.us-east-1.amazonaws.com",
                "123456789012.dkr.ecr-fips.cn-north-1.amazonaws.com",
            ]),
        Row(
            "123456789012.dkr-ecr.us-west-2.on.aws", "123456789012 us-west-2 dual-stack",
            not: [
                "123456789012.dkr-ecr.us-west-2.amazonaws.com",
                "123456789012.dkr-ecr.us-west-2.aws", "123456789012.dkr-ecr.us-west-2.onaws",
                "123456789012.dkr-ecr.us-west-2.on.aws.evil.example",
                "123456789012.dkr-ecr.us-west-2.on.aws.", "123456789012.dkr-ecr.us-west-2.xon.aws",
                "123456789012.dkr-ecr.us-west-2.api.aws",
                "123456789012.dkr-ecr.cn-north-1.on.aws",
                "123456789012.dkr-ecr.not-real.on.aws",
                "123456789012.dkr_ecr.us-west-2.on.aws",
                "12345678901.dkr-ecr.us-west-2.on.aws",
                // Nobody published such names.
                "123456789012.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
                "123456789012.dkr-ecr.us-iso-east-1.c2s.ic.gov",
            ]),
        Row(
            "123456789012.dkr-ecr-fips.us-west-2.on.aws", "123456789012 us-west-2 fips dual-stack",
            not: ["123456789012.dkr-ecr-fips.us-west-2.amazonaws.com"]),
        Row(
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com", "123456789012 us-gov-west-1",
            not: [
                "123456789012.dkr.ecr.us-gov-1.amazonaws.com.cn",
                "123456789012.dkr.ecr.us-gov-west-1.c2s.ic.gov",
            ]),
        Row(
            "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            "123456789012 us-gov-west-1 fips"),
        Row(
            "123456789012.dkr-ecr-fips.us-gov-east-1.on.aws",
            "123456789012 us-gov-east-1 fips dual-stack"),
        Row(
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "123456789012 cn-north-1",
            not: [
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn",
                "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com.cn",
                "123456789012.dkr.ecr.cn-north-1.amazonaws.cn",
                "123456789012.dkr.ecr.cn-north-1.com.cn",
            ]),
        Row(
            "123456789012.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn",
            "123456789012 cn-northwest-1 dual-stack",
            not: [
                "123456789012.dkr-ecr.us-west-2.on.amazonwebservices.com.cn",
                "123456789012.dkr-ecr.cn-north-1.amazonwebservices.com.cn",
                "123456789012.dkr-ecr.cn-north-1.amazonaws.com.cn",
            ]),
        Row(
            "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "123456789012 eusc-de-east-1",
            not: [
                "123456789012.dkr.ecr.eu-west-1.amazonaws.eu",
                "123456789012.dkr.ecr.eusc-fr-east-1.amazonaws.eu",
                "123456789012.dkr.ecr.de-east-1.amazonaws.eu",
            ]),
        Row(
            "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "123456789012 us-iso-east-1",
            not: [
                "123456789012.dkr.ecr.us-east-1.c2s.ic.gov",
                "123456789012.dkr.ecr.us-isob-east-1.c2s.ic.gov",
                "123456789012.dkr.ecr.us-iso-east-1.ic.gov",
            ]),
        Row(
            "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "123456789012 us-isob-east-1",
            not: ["123456789012.dkr.ecr.us-iso-east-1.sc2s.sgov.gov"]),
        Row(
            "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "123456789012 eu-isoe-west-1",
            not: ["123456789012.dkr.ecr.eu-west-1.cloud.adc-e.uk"]),
        Row(
            "123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov", "123456789012 us-isof-south-1",
            not: ["123456789012.dkr.ecr.us-iso-south-1.csp.hci.ic.gov"]),
        Row(
            "public.ecr.aws", "gallery us-east-1",
            not: [
                "x.public.ecr.aws", "public.ecr.aws.", "public.ecr.aws.evil.example", "ecr.aws",
                "public-ecr.aws", "publicxecr.aws", "PUBLIC.ecr.aws", "public.ecr.awsx",
                "public.ecr.us-east-1.amazonaws.com",
            ]),
        Row(
            "ecr-public.aws.com", "gallery us-east-1 dual-stack",
            not: [
                "x.ecr-public.aws.com", "ecr-public.aws.com.", "ecr-public.aws",
                "ecr.public.aws.com",
                "ecr-public.aws.com.evil.example", "ecr-public.us-east-1.aws.com", "aws.com",
            ]),
    ]

    @Test(arguments: rows)
    func `a host says which registry it is, and what looks like it says nothing`(row: Row) throws {
        let registry = try #require(ECRRegistry(host: Array(row.host.utf8)))
        #expect(Self.text(registry) == row.registry)
        for lookAlike in row.lookAlikes {
            #expect(ECRRegistry(host: Array(lookAlike.utf8)) == nil, "\(lookAlike)")
        }
    }

    @Test(arguments: rows)
    func `no byte of a host can be left out, doubled or be any other`(row: Row) throws {
        let host = Array(row.host.utf8)
        let itself = try #require(ECRRegistry(host: host))
        for place in host.indices {
            var shorter = host
            shorter.remove(at: place)
            var longer = host
            longer.insert(host[place], at: place)
            for changed in [shorter, longer] + Self.changed(host, at: place) {
                guard let other = ECRRegistry(host: changed) else { continue }
                // Another account, or another region of the same domain, is another registry.
                #expect(other != itself, "\(String(decoding: changed, as: UTF8.self))")
                #expect(other.usesFIPS == itself.usesFIPS)
                #expect(other.usesDualStack == itself.usesDualStack)
                let suffixes = [other, itself].map { AWSPartition.ofRegion($0.region).suffix }
                #expect(Set(suffixes).count == 1, "\(other.region)")
            }
        }
    }

    @Test func `the table has a host of every partition and form`() {
        let registries = Self.rows.compactMap { ECRRegistry(host: Array($0.host.utf8)) }
        #expect(Set(registries.map { AWSPartition.ofRegion($0.region) }) == Set(AWSPartition.all))
        #expect(Set(registries.map { [$0.usesFIPS, $0.usesDualStack] }).count == 4)
    }

    @Test(arguments: [
        ("123456789012", "eu-west-1", true), ("12345678901", "eu-west-1", false),
        ("1234567890123", "eu-west-1", false), ("12345678901x", "eu-west-1", false),
        ("12345678901\u{0662}", "eu-west-1", false), ("", "eu-west-1", false),
        ("123456789012", "cn-north-1", true), ("123456789012", "us-gov-east-1", true),
        ("123456789012", "", false), ("123456789012", "eu-west", false),
        ("123456789012", "not-real", false), ("123456789012", "EU-WEST-1", false),
        ("123456789012", "evil.example/eu-west-1", false), ("123456789012", "aws-global", false),
        ("123456789012", "eu-" + String(repeating: "x", count: 60) + "-1", false),
    ])
    func `a registry behind another name needs an account and a region`(
        account: String, region: String, isRegistry: Bool
    ) {
        let registry = ECRRegistry(account: account, region: region)
        #expect((registry != nil) == isRegistry)
        #expect(registry.map(Self.text) == (isRegistry ? "\(account) \(region)" : nil))
    }

    @Test(arguments: [
        ("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"),
        ("us-isof-south-1", "aws-iso-f"), ("us-isob-east-1", "aws-iso-b"), ("aws-global", "aws"),
        ("moon-tranquility-1", "aws"), ("", "aws"), ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-west-1", "aws-iso"), ("eu-isoe-west-1", "aws-iso-e"),
    ])
    func `a region has one partition`(region: String, partition: String) {
        #expect(AWSPartition.ofRegion(region).name == partition)
    }

    private static func text(_ registry: ECRRegistry) -> String {
        "\(registry.account ?? "gallery") \(registry.region)"
            + (registry.usesFIPS ? " fips" : "") + (registry.usesDualStack ? " dual-stack" : "")
    }

    /// The host with every other byte in one place.
    private static func changed(_ host: [UInt8], at place: Int) -> [[UInt8]] {
        (UInt8.min...UInt8.max).filter { $0 != host[place] }.map { byte in
            var changed = host
            changed[place] = byte
            return changed
        }
    }
}
