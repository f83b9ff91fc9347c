/// What a host name of Amazon's Elastic Container Registry says: whose registry, where, and by
/// which kind of endpoint its tokens are to be had.
///
/// The whole name is compared, label by label, in lower case as every ``Address`` has it, and a
/// region counts under its own partition's domain alone.
/// See https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
public struct ECRRegistry: Hashable, Sendable {
    /// The two kinds of registries.
    public enum Kind: Hashable, Sendable {
        /// The private registry of an account in a region.
        case registry(account: String, region: String)
        /// ECR Public, one registry for everybody.
        case gallery
    }

    /// Which registry it is.
    public let kind: Kind
    /// Whether the host is the one with FIPS 140 cryptography.
    public let usesFIPS: Bool
    /// Whether the host is the one that answers over IPv6 as well.
    public let usesDualStack: Bool

    /// The registry a host belongs to, or nil when it is not one of ECR's.
    public init?(host: [UInt8]) {
        if let gallery = Self.galleries.first(where: { host.elementsEqual($0.host.utf8) }) {
            self.init(.gallery, usesDualStack: gallery.usesDualStack)
            return
        }
        // Nearly every other host on earth ends here.
        let digits = Self.accountLength
        guard host.count > digits, host[digits] == Byte.dot, Self.isAccount(host[..<digits]),
            let form = Self.forms.first(where: {
                host[(digits + 1)...].starts(with: $0.labels.utf8)
            })
        else { return nil }
        let rest = host[(digits + 1 + form.labels.utf8.count)...]
        guard let dot = rest.firstIndex(of: Byte.dot),
            let partition = AWSPartition.containing(region: rest[..<dot]),
            let suffix = partition.registrySuffix(dualStack: form.usesDualStack),
            rest[(dot + 1)...].elementsEqual(suffix.utf8)
        else { return nil }
        self.init(
            .registry(
                account: String(decoding: host[..<digits], as: UTF8.self),
                region: String(decoding: rest[..<dot], as: UTF8.self)),
            usesFIPS: form.usesFIPS, usesDualStack: form.usesDualStack)
    }

    /// The registry behind a name of an administrator's own, or nil when the account is not twelve
    /// digits or the region is in no partition.
    public init?(account: String, region: String) {
        let name = Array(region.utf8)
        guard account.utf8.count == Self.accountLength, Self.isAccount(Array(account.utf8)[...]),
            name.count <= 63, AWSPartition.containing(region: name[...]) != nil
        else { return nil }
        self.init(.registry(account: account, region: region))
    }

    /// A registry from its parts.
    public init(_ kind: Kind, usesFIPS: Bool = false, usesDualStack: Bool = false) {
        self.kind = kind
        self.usesFIPS = usesFIPS
        self.usesDualStack = usesDualStack
    }

    /// The region whose endpoint gives the tokens out; ECR Public's is always the same.
    public var region: String {
        switch kind {
        case .registry(_, let region): region
        case .gallery: "us-east-1"
        }
    }

    /// The account whose registry it is; nil for ECR Public.
    public var account: String? {
        switch kind {
        case .registry(let account, _): account
        case .gallery: nil
        }
    }

    private static let accountLength = 12

    private static func isAccount(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy(Byte.isDigit)
    }

    /// The hosts of ECR Public.
    static let galleries = [
        (host: "public.ecr.aws", usesDualStack: false),
        (host: "ecr-public.aws.com", usesDualStack: true),
    ]

    /// What stands between account and region.
    static let forms = [
        (labels: "dkr.ecr.", usesFIPS: false, usesDualStack: false),
        (labels: "dkr.ecr-fips.", usesFIPS: true, usesDualStack: false),
        (labels: "dkr-ecr.", usesFIPS: false, usesDualStack: true),
        (labels: "dkr-ecr-fips.", usesFIPS: true, usesDualStack: true),
    ]

    /// The private registries' hosts, as ``RegistryFamily`` shows them.
    static var hostTemplates: [String] {
        forms.flatMap { form in
            AWSPartition.all.compactMap { $0.registrySuffix(dualStack: form.usesDualStack) }
                .map { "{account}.\(form.labels){region}.\($0)" }
        }
    }
}

extension AWSPartition {
    /// The domains of the partition's registries.
    var registrySuffixes: [String] { [suffix] + (dualStackRegistrySuffix.map { [$0] } ?? []) }

    /// The domain of one kind of them.
    fileprivate func registrySuffix(dualStack: Bool) -> String? {
        dualStack ? dualStackRegistrySuffix : suffix
    }
}
