import Configuration
import CredentialCore
import Tokens

/// Whether and where the metadata service of an EC2 instance is asked.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
struct MetadataSettings {
    private let configuration: AWSConfiguration
    private let profile: AWSSection?
    private var surroundings: AWSSurroundings { configuration.surroundings }

    /// Those of environment and profile.
    init(_ configuration: AWSConfiguration, _ profile: AWSSection?) {
        self.configuration = configuration
        self.profile = profile
    }

    /// Whether it may be asked at all.
    var isAllowed: Bool {
        surroundings.variable(.metadataDisabled)?.lowercased() != "true"
            && surroundings.metadata != .never
    }

    /// Whether it is asked without anybody naming it. Elsewhere than on EC2 its address is
    /// nobody's, or a stranger's.
    var isAsked: Bool {
        isAllowed && (surroundings.metadata == .always || InstanceMetadata.isInstance(surroundings))
    }

    /// The service, before anything is asked.
    ///
    /// - Throws: `configuration` when a setting is wrong.
    func service() throws(CredentialError) -> InstanceMetadata {
        let endpoint = configuration.value(
            .metadataEndpoint, "ec2_metadata_service_endpoint", profile)
        let mode = configuration.value(
            .metadataEndpointMode, "ec2_metadata_service_endpoint_mode", profile)
        if let mode, !["ipv4", "ipv6"].contains(mode.text.lowercased()) {
            throw CredentialError(
                .configuration, "\(mode.source) is neither `IPv4` nor `IPv6`",
                remedy: "write one of them")
        }
        // What it gives belongs to this machine, also where nobody asked which one that is.
        _ = InstanceMetadata.isInstance(surroundings)
        return InstanceMetadata(
            surroundings, endpoint: endpoint?.text, ipv6: mode?.text.lowercased() == "ipv6")
    }
}
