/// A partition of AWS: regions that share one set of domains and know no other's accounts.
///
/// The services' domains are those that AWS's SDKs have, the registries' those of
/// https://docs.aws.amazon.com/general/latest/gr/ecr.html. One table serves both the recognition of
/// registries and the endpoints that are asked for their tokens.
public struct AWSPartition: Hashable, Sendable {
    /// The name, as it stands in ARNs: `aws-cn`.
    public let name: String
    /// What its regions' names begin with; a word and a number follow, as in `us-gov` `-west` `-1`.
    let regionPrefixes: [String]
    /// The domain of its services and registries.
    public let suffix: String
    /// The domain of its services that answer over IPv6 as well; nil where there are none.
    public let dualStackSuffix: String?
    /// The domain of its registries that answer over IPv6 as well; nil where none is published.
    let dualStackRegistrySuffix: String?

    private init(
        _ name: String, _ regionPrefixes: [String], _ suffix: String, dualStack: String? = nil,
        registries: String? = nil
    ) {
        self.name = name
        self.regionPrefixes = regionPrefixes
        self.suffix = suffix
        dualStackSuffix = dualStack
        dualStackRegistrySuffix = registries
    }

    /// The partition of everybody who never chose one.
    private static let commercial = AWSPartition(
        "aws", ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"], "amazonaws.com",
        dualStack: "api.aws", registries: "on.aws")

    /// Every partition.
    public static let all = [
        commercial,
        AWSPartition(
            "aws-cn", ["cn"], "amazonaws.com.cn", dualStack: "api.amazonwebservices.com.cn",
            registries: "on.amazonwebservices.com.cn"),
        AWSPartition(
            "aws-us-gov", ["us-gov"], "amazonaws.com", dualStack: "api.aws", registries: "on.aws"),
        AWSPartition(
            "aws-eusc", ["eusc-de"], "amazonaws.eu", dualStack: "api.amazonwebservices.eu"),
        AWSPartition("aws-iso", ["us-iso"], "c2s.ic.gov", dualStack: "api.aws.ic.gov"),
        AWSPartition("aws-iso-b", ["us-isob"], "sc2s.sgov.gov", dualStack: "api.aws.scloud"),
        AWSPartition("aws-iso-e", ["eu-isoe"], "cloud.adc-e.uk"),
        AWSPartition("aws-iso-f", ["us-isof"], "csp.hci.ic.gov"),
    ]

    /// The partition a region belongs to. A name that fits none is taken for a region newer than
    /// the table, as AWS's SDKs do.
    public static func ofRegion(_ region: String) -> AWSPartition {
        containing(region: Array(region.utf8)[...]) ?? commercial
    }

    /// The partition whose pattern a region's name fits, or nil.
    static func containing(region: ArraySlice<UInt8>) -> AWSPartition? {
        guard let (place, number) = cut(region), let (prefix, word) = cut(place),
            number.allSatisfy(Byte.isDigit), word.allSatisfy(isWordByte)
        else { return nil }
        return all.first { partition in
            partition.regionPrefixes.contains { prefix.elementsEqual($0.utf8) }
        }
    }

    /// What stands before and after the last hyphen, if both are there.
    private static func cut(
        _ name: ArraySlice<UInt8>
    ) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>)? {
        guard let hyphen = name.lastIndex(of: Byte.minus) else { return nil }
        let after = name[(hyphen + 1)...]
        return after.isEmpty ? nil : (name[..<hyphen], after)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        Byte.isDigit(byte) || (Byte.isLetter(byte) && Byte.lowercased(byte) == byte)
    }
}
