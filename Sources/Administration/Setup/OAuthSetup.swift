import Configuration
import CredentialCore
import Hosts

/// What Keyfob's own configuration says of its client at a host.
struct OAuthSetup: SetupClient {
    let name = "oauth"
    let host: SetupHost
    /// What is to be set.
    var values: [(key: ConfigurationKey, value: String)] = []
    /// Whether its secret is stored as well.
    var hasNewSecret = false
    private let surroundings: Surroundings

    init(host: SetupHost, _ surroundings: Surroundings) {
        self.host = host
        self.surroundings = surroundings
    }

    var file: String { surroundings.configurationFile }

    var wanted: [(setting: any ClientSetting, values: [String])] {
        values.map { (OwnSetting($0.key, surroundings), [$0.value]) }
    }

    var words: String { "\(file) names that client for \(host.name) already" }

    func unchanged(isDryRun: Bool) -> String {
        guard hasNewSecret else { return "Nothing to change: \(words)." }
        return
            "\(isDryRun ? "Would store" : "Stored") the client's secret as \(secretName); \(words)."
    }

    /// Whether the configuration says all of it already.
    var isInEffect: Bool {
        get throws(CredentialError) {
            for (setting, values) in wanted where try setting.read().values != values {
                return false
            }
            return true
        }
    }

    /// The setting that names the credential with the client's secret.
    var secretKey: ConfigurationKey { ConfigurationKey("oauth", host.name, "clientSecret") }

    /// The name of that credential.
    var secretName: String {
        "oauth-" + CredentialName.suggested(for: host.address, username: nil) { _ in false }
    }

    func setting(of edit: SetupRecord.Edit) -> (any ClientSetting)? {
        guard let own = OwnSetting(edit, surroundings),
            own.key.subsection.flatMap(SetupHost.init) == host
        else { return nil }
        return own
    }

    func unseenLogins(
        after changes: [SettingChange], isUndo: Bool
    ) throws(CredentialError) -> [UnseenLogin] { [] }

    func warnings(isInEffect: Bool) throws(CredentialError) -> [String] {
        guard isInEffect else { return [] }
        let configuration = try Configuration(surroundings)
        let redirect = configuration.oauthClient(at: host.address)?.redirectURL
        var lines = ["the client's redirect at \(host.name) must be \(redirect ?? Self.redirect)"]
        let endpoints = endpoints(configuration, provider: nil)
        if endpoints.token == nil || (endpoints.authorize ?? endpoints.device) == nil {
            lines.append(
                "nothing is known of the server of \(host.name): say what runs there with "
                    + "`--provider`, or name --authorize-url and --token-url")
        }
        lines.append(
            "log in with `keyfob login git:\(host.name) --browser`, or have git do it: "
                + "`keyfob setup git --host \(url) --mode oauth`")
        return lines.map(Printable.text)
    }

    /// What is said where no client is registered yet.
    ///
    /// - Parameter provider: what the command line says of the host.
    func unregistered(
        _ configuration: Configuration, provider: String?
    ) -> CredentialError {
        CredentialError(
            .badRequest, "there is no client for \(host.name) yet",
            remedy: "register one at "
                + "\(endpoints(configuration, provider: provider).registration), with the redirect "
                + "\(Self.redirect), and give its id with `--client-id ID`; where the port counts, "
                + "register one such as http://127.0.0.1:34106/ and give it with `--redirect-url`")
    }

    /// Where a browser brings its answer unless something else is configured: any port will do (RFC
    /// 8252, 7.3).
    private static let redirect = "http://127.0.0.1/"

    private func endpoints(_ configuration: Configuration, provider: String?) -> OAuthEndpoints {
        let address = host.address
        let named = provider ?? configuration.prompt.provider(at: address)
        return OAuthEndpoints(
            of: CodeHost(at: address, provider: named), at: address,
            configuration.oauthClient(at: address))
    }

    private var url: String {
        host.name.contains("://") ? host.name : "https://\(host.name)"
    }
}
