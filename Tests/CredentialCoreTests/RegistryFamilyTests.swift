import CredentialCore
import Testing

@Suite struct RegistryFamilyTests {
    /// Hosts of a family, and look-alikes that are nobody.
    struct Row: Sendable, CustomTestStringConvertible {
        let family: String
        let hosts: [String]
        let lookAlikes: [String]
        var testDescription: String { family }

        init(_ family: String, _ hosts: [String], not lookAlikes: [String]) {
            self.family = family
            self.hosts = hosts
            self.lookAlikes = lookAlikes
        }
    }

    private static let rows = [
        Row(
            "ecr",
            [
                "123456789012.dkr.ecr.us-west-2.amazonaws.com",
                "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
                "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
                "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov",
                "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
                "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
                "123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
                "123456789012.dkr-ecr.us-west-2.on.aws",
                "123456789012.dkr-ecr-fips.us-gov-east-1.on.aws",
                "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
            ],
            not: [
                "12345678901.dkr.ecr.us-west-2.amazonaws.com",
                "1234567890123.dkr.ecr.us-west-2.amazonaws.com",
                "12345678901x.dkr.ecr.us-west-2.amazonaws.com",
                "dkr.ecr.us-west-2.amazonaws.com", ".dkr.ecr.us-west-2.amazonaws.com",
                "123456789012.dkr.ecr.amazonaws.com",
                "123456789012.dkr.ecr.us-west-2.amazonaws.com.fake.example.com",
                "123456789012.dkr.ecr.us-west-2.amazonaws.com.",
                "123456789012.dkr.ecr.us-west-2.evil-amazonaws.com",
                "123456789012.dkr.ecr.us-west-2.amazonaws.com.evil",
                "123456789012-dkr.ecr.us-west-2.amazonaws.com",
                "123456789012.dkrxecr.us-west-2.amazonaws.com",
                "123456789012.dkr-ecr.us-west-2.on.aws.com.cn",
                "123456789012.dkr-ecr.us-west-2.amazonaws.com",
                "evil.123456789012.dkr.ecr.us-west-2.amazonaws.com",
                "123456789012.dkr.ecr.us.west.2.amazonaws.com",
            ]),
        Row(
            "ecr-public", ["public.ecr.aws", "ecr-public.aws.com"],
            not: [
                "public.ecr.aws.fake.example.com", "x.public.ecr.aws", "ecr.aws", "public-ecr.aws",
            ]),
        Row(
            "gar",
            [
                "europe-west1-docker.pkg.dev", "us-docker.pkg.dev", "gcr.io", "us.gcr.io",
                "eu.gcr.io",
            ],
            not: [
                "-docker.pkg.dev", "docker.pkg.dev", "us-docker.pkg.dev.example", "evil.gcr.io",
                "gcr.io.example", "xgcr.io", "us-python.pkg.dev", "us-docker-pkg.dev",
                "a.us-docker.pkg.dev",
            ]),
        Row(
            "acr",
            ["acme.azurecr.io", "acme-0123abcd.azurecr.io", "acme.azurecr.cn", "acme.azurecr.us"],
            not: [
                "acme.azurecr.io.evil.example", "azurecr.io", "a.b.azurecr.io", "acme.azurecr.de",
                "acmeazurecr.io", "\u{430}cme.azurecr.io", "acme.azurecr.io.",
            ]),
        Row(
            "docker-hub", ["index.docker.io"],
            not: ["index.docker.io.example", "xindex.docker.io", "docker.io.example"]),
        Row(
            "ghcr", ["ghcr.io"], not: ["ghcr.io.example", "a.ghcr.io", "ghcr-io.example", "gcr.i"]),
        Row(
            "github", ["github.com", "gist.github.com"],
            not: ["github.com.evil.example", "evil-github.com", "a.github.com", "gith\u{FC}b.com"]),
        Row(
            "gitlab", ["gitlab.com", "registry.gitlab.com"],
            not: ["gitlab.com.example", "gitlab.example", "a.gitlab.com", "xgitlab.com"]),
        Row("bitbucket", ["bitbucket.org"], not: ["bitbucket.org.example", "a.bitbucket.org"]),
        Row("codeberg", ["codeberg.org"], not: ["codeberg.org.example", "a.codeberg.org"]),
        Row("quay", ["quay.io"], not: ["quay.io.example", "a.quay.io", "quayio"]),
        Row(
            "artifactory", ["acme.jfrog.io"],
            not: ["jfrog.io", "a.b.jfrog.io", "acme.jfrog.io.example", "acmejfrog.io"]),
    ]

    @Test(arguments: rows)
    func `a family has its hosts and none that looks like one`(row: Row) {
        for host in row.hosts {
            let family = RegistryFamily.family(ofHost: Array(host.utf8))
            #expect(family?.name == row.family, "\(host)")
        }
        for host in row.lookAlikes {
            #expect(RegistryFamily.family(ofHost: Array(host.utf8)) == nil, "\(host)")
        }
    }

    @Test func `every family is in the table above`() {
        #expect(RegistryFamily.all.map(\.name) == Self.rows.map(\.family))
    }

    @Test(arguments: rows)
    func `a host of a family with any byte put in or changed is not answered for it`(
        row: Row
    ) throws {
        // Whatever else is a host of the same family (another account, another label) is not a
        // look-alike of one: only names that end differently are counted.
        for host in row.hosts.map({ Array($0.utf8) }) {
            let stored = try Binding(parsing: Array("registry:".utf8) + host)
            let place = host.count - 1
            for byte in UInt8.min...UInt8.max where byte != host[place] {
                var changed = host
                changed[place] = byte
                #expect(RegistryFamily.family(ofHost: changed) == nil, "\(byte)")
                #expect(!stored.pattern.matches(host: changed))
                #expect(!stored.pattern.matches(host: host + [byte]))
            }
            #expect(stored.pattern.matches(host: stored.pattern.address.host))
        }
    }
}
