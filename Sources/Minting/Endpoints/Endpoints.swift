import CredentialCore

/// Where a service is asked, and how a request to it is signed.
struct Endpoint: Hashable, Sendable {
    /// Scheme, host, port and perhaps the beginning of a path; it never ends with a slash.
    var url: String
    /// The service's name in the signature.
    var signingName: String
    /// The region in the signature.
    var signingRegion: String
}

/// The endpoints of AWS, as the rules that its SDKs share make them.
enum Endpoints {
    /// The endpoint of a service.
    ///
    /// - Parameters:
    ///   - fips: Whether the request is about a host with FIPS cryptography.
    ///   - dualStack: Whether the request is about a host that answers over IPv6 as well.
    /// - Throws: `configuration`, when the region cannot be part of a host's name, or when the
    ///   settings name an endpoint that is none.
    static func endpoint(
        _ service: AWSService, region: String, _ settings: EndpointSettings, fips: Bool = false,
        dualStack: Bool = false
    ) throws(CredentialError) -> Endpoint {
        try check(region: region)
        // Whoever writes an endpoint down has chosen what it can do.
        if let url = try EndpointOverride.url(of: service, settings) {
            return Endpoint(
                url: url, signingName: service.signingName, signingRegion: region)
        }
        let fips = fips || settings.usesFIPS
        let dualStack = dualStack || settings.usesDualStack
        if service == .sts && !fips && !dualStack && isGlobalSTS(region, settings) {
            return Endpoint(
                url: "https://sts.amazonaws.com", signingName: service.signingName,
                signingRegion: "us-east-1")
        }
        let partition = AWSPartition.ofRegion(region)
        guard let suffix = dualStack ? partition.dualStackSuffix : partition.suffix else {
            throw CredentialError(
                .configuration,
                "there are no dual-stack endpoints in the region `\(region)` of \(partition.name)",
                remedy: "turn `use_dualstack_endpoint` and AWS_USE_DUALSTACK_ENDPOINT off")
        }
        let name = hostPrefix(service, partition, fips: fips, dualStack: dualStack)
        return Endpoint(
            url: "https://\(name).\(region).\(suffix)", signingName: service.signingName,
            signingRegion: region)
    }

    /// The labels before the region.
    private static func hostPrefix(
        _ service: AWSService, _ partition: AWSPartition, fips: Bool, dualStack: Bool
    ) -> String {
        let mark = fips ? "-fips" : ""
        // GovCloud's plain endpoints have FIPS cryptography anyway.
        let otherMark = partition.name == "aws-us-gov" && !dualStack ? "" : mark
        switch service {
        case .ecr: return (dualStack ? "ecr" : "api.ecr") + mark
        case .ecrPublic:
            let isShort = dualStack && !fips && partition.name == "aws"
            return isShort ? "ecr-public" : "api.ecr-public" + mark
        case .sts: return "sts" + otherMark
        case .sso: return "portal.sso" + otherMark
        case .ssoOIDC: return "oidc" + otherMark
        }
    }

    private static func isGlobalSTS(_ region: String, _ settings: EndpointSettings) -> Bool {
        region == "aws-global" || (settings.stsIsGlobal && regionsOfGlobalSTS.contains(region))
    }

    /// The regions from before STS had regional endpoints.
    private static let regionsOfGlobalSTS: Set<String> = [
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
        "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
        "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ]

    /// A region becomes a label of a host's name (RFC 1123, section 2.1), and whoever writes
    /// `evil.example/` there must not choose where a request goes.
    private static func check(region: String) throws(CredentialError) {
        let isLabel =
            (1...63).contains(region.utf8.count) && region.first != "-" && region.last != "-"
            && region.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            } && !region.utf8.allSatisfy { $0 <= UInt8(ascii: "9") && $0 != UInt8(ascii: "-") }
        guard isLabel else {
            throw CredentialError(
                .configuration, "`\(region)` is no name of an AWS region",
                remedy: "write one such as `eu-west-1` as `region`, or set AWS_REGION")
        }
    }
}
