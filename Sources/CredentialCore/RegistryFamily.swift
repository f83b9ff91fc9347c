/// A family of hosts that one rule covers: a cloud's registries, a code host.
///
/// Families are data. A pattern is compared label by label over the whole host, so
/// `x.azurecr.io.evil.com` belongs to none.
public struct RegistryFamily: Sendable {
    /// The short name: `ecr`, `ghcr`.
    public let name: String
    /// The hosts. `{account}` is twelve digits, `{region}` lower-case letters, digits and hyphens,
    /// `{label}` any label; a part around a brace is literal, as in `{region}-docker`.
    public let hosts: [String]
    /// The user name that goes with a token when none was stored; nil where the service wants the
    /// user's own.
    public let tokenUsername: String?

    private init(_ name: String, tokenUsername: String? = nil, _ hosts: [String]) {
        self.name = name
        self.hosts = hosts
        self.tokenUsername = tokenUsername
    }

    /// The family a host belongs to, or nil.
    public static func family(ofHost host: [UInt8]) -> RegistryFamily? {
        switch ECRRegistry(host: host)?.kind {
        case .registry: return privateECR
        case .gallery: return publicECR
        case nil: break
        }
        let labels = host.split(separator: Byte.dot, omittingEmptySubsequences: false)
        return templated.first { family in
            family.hosts.contains { HostTemplate.matches($0, labels: labels) }
        }
    }

    /// Every family.
    public static let all = [privateECR, publicECR] + templated

    // Which region goes with which domain is more than a template can say: see `ECRRegistry`.
    private static let privateECR = RegistryFamily(
        "ecr", tokenUsername: "AWS", ECRRegistry.hostTemplates)
    private static let publicECR = RegistryFamily(
        "ecr-public", tokenUsername: "AWS", ECRRegistry.galleries.map(\.host))

    /// The families whose hosts are known by their templates; the first match counts.
    private static let templated: [RegistryFamily] = [
        // https://cloud.google.com/artifact-registry/docs/docker/authentication
        RegistryFamily(
            "gar", tokenUsername: "oauth2accesstoken",
            [
                "{region}-docker.pkg.dev", "docker.{region}.rep.pkg.dev", "gcr.io", "us.gcr.io",
                "eu.gcr.io", "asia.gcr.io",
            ]),
        // https://learn.microsoft.com/azure/container-registry/container-registry-authentication
        RegistryFamily(
            "acr", tokenUsername: "00000000-0000-0000-0000-000000000000",
            [
                "{label}.azurecr.io", "{label}.{region}.data.azurecr.io", "{label}.azurecr.cn",
                "{label}.azurecr.us",
            ]),
        RegistryFamily("docker-hub", ["index.docker.io"]),
        RegistryFamily("ghcr", tokenUsername: "x-access-token", ["ghcr.io"]),
        RegistryFamily(
            "github", tokenUsername: "x-access-token", ["github.com", "gist.github.com"]),
        RegistryFamily("gitlab", tokenUsername: "oauth2", ["gitlab.com", "registry.gitlab.com"]),
        RegistryFamily("bitbucket", tokenUsername: "x-token-auth", ["bitbucket.org"]),
        RegistryFamily("codeberg", tokenUsername: "oauth2", ["codeberg.org"]),
        // https://docs.quay.io/glossary/access-token.html
        RegistryFamily("quay", tokenUsername: "$oauthtoken", ["quay.io"]),
        RegistryFamily("artifactory", ["{label}.jfrog.io"]),
    ]

    /// Domains under which anybody can have a host of their own.
    static let sharedDomains =
        AWSPartition.all.flatMap(\.registrySuffixes) + [
            "azurecr.io", "azurecr.cn", "azurecr.us", "azurewebsites.net", "azurecontainer.io",
            "cloudfront.net", "jfrog.io", "pkg.dev", "gcr.io", "run.app",
            "github.io", "gitlab.io", "pages.dev", "workers.dev", "herokuapp.com", "netlify.app",
            "vercel.app", "cloudsmith.io", "ngrok.io", "ngrok-free.app", "duckdns.org", "sslip.io",
            "nip.io", "uk.com", "us.com", "eu.com", "de.com", "gb.net", "eu.org", "fly.dev",
            "trycloudflare.com", "appspot.com", "core.windows.net", "cloudapp.net",
            "cloudapp.azure.com", "container-registry.ovh.net", "ovh.net", "scw.cloud",
            "onrender.com",
            "railway.app", "web.app", "firebaseapp.com", "blogspot.com", "deno.dev", "glitch.me",
            "surge.sh", "loca.lt", "serveo.net", "codeberg.page", "oraclecloud.com", "ocir.io",
            "digitaloceanspaces.com", "ondigitalocean.app", "linodeobjects.com", "backblazeb2.com",
            "dyndns.org", "no-ip.org", "hopto.org", "ddns.net", "gob.mx", "gitpod.io", "github.dev",
            "githubpreview.dev", "jfrog.com", "cloudsmith.com", "repositories.cloud",
        ]
}

/// One host pattern of a family.
enum HostTemplate {
    static func matches(_ template: String, labels: [ArraySlice<UInt8>]) -> Bool {
        let parts = Array(template.utf8).split(
            separator: Byte.dot, omittingEmptySubsequences: false)
        return parts.count == labels.count && zip(parts, labels).allSatisfy(matches(part:label:))
    }

    private static func matches(part: ArraySlice<UInt8>, label: ArraySlice<UInt8>) -> Bool {
        guard let open = part.firstIndex(of: UInt8(ascii: "{")),
            let close = part.firstIndex(of: UInt8(ascii: "}"))
        else { return part.elementsEqual(label) }
        let before = part[..<open]
        let after = part[(close + 1)...]
        guard label.count > before.count + after.count, label.starts(with: before),
            label.suffix(after.count).elementsEqual(after)
        else { return false }
        let value = label.dropFirst(before.count).dropLast(after.count)
        switch String(decoding: part[(open + 1)..<close], as: UTF8.self) {
        case "region":
            return value.allSatisfy { byte in
                Byte.isDigit(byte) || byte == Byte.minus
                    || (Byte.isLetter(byte) && Byte.lowercased(byte) == byte)
            }
        default: return value.allSatisfy { $0 < 0x80 }
        }
    }
}
