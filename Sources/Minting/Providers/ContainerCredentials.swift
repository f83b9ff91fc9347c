import CredentialCore
import Tokens
import Transport

/// The credentials that ECS, EKS and other container services give to what runs in a container.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>
enum ContainerCredentials {
    private static let host = "http://169.254.170.2"
    /// Who may be asked over plain HTTP besides this machine: ECS, and EKS over IPv4 and IPv6.
    private static let plainHosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
    private static let timeout = 2000
    private static let attempts = 3

    /// The credentials of the container this runs in.
    ///
    /// - Throws: `configuration` when no container service says where to ask, or it cannot be asked
    ///   there; `unreachable`, `refused` and `expired` as the service answers.
    static func credentials(
        _ surroundings: AWSSurroundings
    ) throws(CredentialError) -> AWSCredentials {
        let url = try url(surroundings)
        var request = HTTPRequest(.get, url, headers: [HTTPHeader("Accept", "application/json")])
        var service = MetadataService(
            name: "the container credential service \(ServiceHost.text(of: url))",
            surroundings: surroundings, timeout: timeout, attempts: attempts)
        if let token = try authorization(surroundings) {
            request.headers.append(HTTPHeader("Authorization", token))
            service.secrets = [token]
        }
        return try service.credentials(
            try service.answer(to: request), of: url, identity: "the role of this container")
    }

    private static func url(_ surroundings: AWSSurroundings) throws(CredentialError) -> String {
        if let path = surroundings.variable(.containerRelativeURI) {
            guard path.hasPrefix("/"), isPlain(path) else {
                throw refusal(.containerRelativeURI, "is not a path", "it has to start with `/`")
            }
            return host + path
        }
        guard let url = surroundings.variable(.containerFullURI) else {
            throw CredentialError(
                .configuration,
                "there is no container service: neither "
                    + "\(AWSVariable.containerRelativeURI.rawValue) nor "
                    + "\(AWSVariable.containerFullURI.rawValue) is set")
        }
        guard isPlain(url), let host = ServiceHost(url) else {
            throw refusal(.containerFullURI, "is not a URL", "it has to be `http[s]://host[/path]`")
        }
        guard host.isEncrypted || host.isLoopback || host.isOne(of: plainHosts) else {
            throw refusal(
                .containerFullURI, "asks \(host.text) for credentials without encryption",
                "write https://, or a host of the container service itself")
        }
        return url
    }

    /// The token in the file is renewed by the service, so it is read anew each time and wins.
    private static func authorization(
        _ surroundings: AWSSurroundings
    ) throws(CredentialError) -> Secret? {
        let variable: AWSVariable
        let token: Secret
        if let path = surroundings.variable(.containerTokenFile) {
            variable = .containerTokenFile
            guard let content = try surroundings.files.read(path) else {
                throw refusal(variable, "names \(path), which is not there", "see who writes it")
            }
            token = content
        } else if let text = surroundings.variable(.containerToken) {
            variable = .containerToken
            token = Secret(copying: Array(text.utf8))
        } else {
            return nil
        }
        // It becomes a header, and would start another one.
        guard token.isOneLine else {
            throw refusal(
                variable, "leads to a token that is not one line", "see who writes the token")
        }
        return token
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
    }

    private static func refusal(
        _ variable: AWSVariable, _ problem: String, _ remedy: String
    ) -> CredentialError {
        CredentialError(.configuration, "\(variable.rawValue) \(problem)", remedy: remedy)
    }
}
