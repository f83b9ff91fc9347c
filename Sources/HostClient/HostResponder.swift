public import Configuration
public import CredentialCore
public import HostAccess
import Transport

/// Answers what `keyfob-mint` is asked of hosts.
public struct HostResponder {
    private let surroundings: Surroundings
    private let configuration: Configuration

    /// A responder for this process.
    public init(_ surroundings: Surroundings, _ configuration: Configuration) {
        self.surroundings = surroundings
        self.configuration = configuration
    }

    /// Answers a request.
    ///
    /// - Throws: why the host gave no answer that can be used.
    public func answer(_ request: HostRequest) throws(CredentialError) -> HostReply {
        switch request {
        case .verify(let place, let login):
            let context = context(for: place)
            guard place.wireProtocol == .registry else {
                return .verification(LoginCheck(context, place).verify(login))
            }
            let examination = RegistryExamination(context, place).examine(login)
            return .verification(examination.verification ?? Verification(.unchecked))
        case .authorize(let place, let redirect, let account):
            return .authorization(
                try server(at: place).authorization(redirect: redirect, account: account))
        case .redeem(let place, let code, let verifier, let redirect, let clientSecret):
            return .tokens(
                try server(at: place).tokens(
                    for: code, verifier, redirect: redirect, clientSecret: clientSecret))
        case .startDevice(let place, let clientSecret):
            return .device(try server(at: place).deviceCode(clientSecret: clientSecret))
        case .pollDevice(let place, let deviceCode, let clientSecret):
            return try server(at: place).poll(deviceCode, clientSecret: clientSecret)
        case .refresh(let place, let refreshToken, let owner, let provider, let clientSecret):
            return .tokens(
                try server(at: place, provider).refreshed(
                    refreshToken, of: owner, clientSecret: clientSecret))
        case .examine(let place, let login):
            let context = context(for: place)
            return .examination(
                place.wireProtocol == .registry
                    ? RegistryExamination(context, place).examine(login)
                    : GitExamination(context, place).examine(login))
        case .recognize(let place):
            return .challenges(HostRecognition(context(for: place), place).challenges())
        }
    }

    private func server(
        at place: HostPlace, _ provider: String? = nil
    ) throws(CredentialError) -> AuthorizationServer {
        try AuthorizationServer(context(for: place), place, provider: provider)
    }

    private func context(for place: HostPlace) -> HostContext {
        // Docker trusts a registry's own certificates beside the system's.
        let added =
            place.wireProtocol == .registry
                && configuration.prompt.caBundle(at: place.address) == nil
            ? RegistryCertificates.file(for: place.address, surroundings) : nil
        return HostContext(
            configuration,
            http: CurlClient(
                caBundle: added ?? caBundle(for: place), addsToSystem: added != nil))
    }

    /// The certificates by which a host is known: what the configuration names, what git or docker
    /// would take for it, or what stands for the system's in this environment.
    private func caBundle(for place: HostPlace) -> String? {
        if let named = configuration.prompt.caBundle(at: place.address) { return named }
        if place.wireProtocol == .git,
            let gits = variable("GIT_SSL_CAINFO")
                ?? GitCertificates.file(for: place.address, surroundings)
        {
            return gits
        }
        return variable("SSL_CERT_FILE")
    }

    private func variable(_ name: String) -> String? {
        surroundings.variable(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
