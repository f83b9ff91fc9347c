import CredentialCore
import Tokens

extension AWSConfiguration {
    /// What environment and profile say about endpoints. The environment comes first, a service's
    /// own endpoint before the one for all.
    ///
    /// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    ///
    /// - Throws: `configuration` when a switch is neither `true` nor `false`, or a section that is
    ///   named is not there.
    func endpointSettings(profile given: String?) throws(CredentialError) -> EndpointSettings {
        let profile = try profileInUse(given)
        var settings = EndpointSettings()
        settings.usesFIPS = try isOn(.usesFIPS, "use_fips_endpoint", profile)
        settings.usesDualStack = try isOn(.usesDualStack, "use_dualstack_endpoint", profile)
        settings.stsIsGlobal = try stsIsGlobal(profile)
        if try isOn(.ignoresEndpointURLs, "ignore_configured_endpoint_urls", profile) {
            return settings
        }
        let services = try services(of: profile)
        settings.url = surroundings.variable(.endpointURL)
        let isForAll = settings.url != nil
        for service in AWSService.allCases {
            settings.urls[service] =
                surroundings.variable(service.endpointVariable)
                ?? (isForAll ? nil : services?.nested("endpoint_url", in: service.rawValue))
        }
        settings.url = settings.url ?? profile?["endpoint_url"]
        return settings
    }

    private func services(of profile: AWSSection?) throws(CredentialError) -> AWSSection? {
        guard let profile, let name = profile["services"] else { return nil }
        if let section = services(name) { return section }
        throw CredentialError(
            .configuration,
            "\(profile.place(of: "services")) names services \(name), which are not"
                + " there", remedy: "add `[services \(name)]` to the same file")
    }

    private func isOn(
        _ variable: AWSVariable, _ setting: String, _ profile: AWSSection?
    ) throws(CredentialError) -> Bool {
        guard let value = value(variable, setting, profile) else { return false }
        switch value.text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw Self.error(value.source, "neither `true` nor `false`")
        }
    }

    private func stsIsGlobal(_ profile: AWSSection?) throws(CredentialError) -> Bool {
        guard let value = value(.stsRegionalEndpoints, "sts_regional_endpoints", profile) else {
            return false
        }
        switch value.text.lowercased() {
        case "legacy": return true
        case "regional": return false
        default: throw Self.error(value.source, "neither `legacy` nor `regional`")
        }
    }

    private static func error(_ source: String, _ problem: String) -> CredentialError {
        CredentialError(.configuration, "\(source) is \(problem)", remedy: "write one of them")
    }
}

extension AWSService {
    /// The variable that names the service's own endpoint.
    fileprivate var endpointVariable: AWSVariable {
        switch self {
        case .ecr: .endpointURLOfECR
        case .ecrPublic: .endpointURLOfECRPublic
        case .sts: .endpointURLOfSTS
        case .sso: .endpointURLOfSSO
        case .ssoOIDC: .endpointURLOfSSOOIDC
        }
    }
}
