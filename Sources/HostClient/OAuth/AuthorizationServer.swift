import Configuration
import CredentialCore
import HostAccess
import Hosts
import Transport

/// The authorization server of a host (RFC 6749), asked as the client that the configuration names.
struct AuthorizationServer {
    let context: HostContext
    let place: HostPlace
    let codeHost: CodeHost
    let client: OAuthClient
    let clientID: String
    let preset: OAuthPreset
    let endpoints: OAuthEndpoints

    /// The server for a place.
    ///
    /// - Parameter provider: what it was known as when a login there was stored.
    /// - Throws: `configuration` when no client is registered there.
    init(
        _ context: HostContext, _ place: HostPlace, provider: String? = nil
    ) throws(CredentialError) {
        self.context = context
        self.place = place
        codeHost = context.codeHost(at: place, known: provider)
        preset = OAuthPreset(of: codeHost)
        let configured = context.configuration.oauthClient(at: place.address)
        endpoints = OAuthEndpoints(of: codeHost, at: place.address, configured)
        let host = Self.host(of: place)
        guard let configured, let clientID = configured.clientID else {
            throw CredentialError(
                .configuration, "Keyfob is not registered as an OAuth client at \(host)",
                remedy: "register one (\(endpoints.registration)) and name it by "
                    + "`keyfob setup oauth \(host) --client-id ID`")
        }
        client = configured
        self.clientID = clientID
    }

    /// What a browser is sent to (RFC 6749, 4.1.1; RFC 7636, 4.3).
    ///
    /// - Throws: `configuration` when the page is not known.
    func authorization(
        redirect: String, account: String?
    ) throws(CredentialError) -> Authorization {
        guard let page = endpoints.authorize else {
            throw missing("authorizeUrl", "its login page")
        }
        let proof = ProofKey()
        let state = ProofKey.word()
        let parameters: [(String, String?)] = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirect),
            ("scope", scopes), ("state", state), ("code_challenge", proof.challenge),
            ("code_challenge_method", "S256"), (preset.loginHint ?? "", account),
        ]
        let query = parameters.compactMap { name, value in
            name.isEmpty ? nil : value.map { "\(name)=\(PercentEncoding.text($0.utf8))" }
        }
        // A query that the page has already stays (RFC 6749, 3.1).
        let joint = !page.contains("?") ? "?" : page.last == "?" || page.last == "&" ? "" : "&"
        return Authorization(
            url: page + joint + query.joined(separator: "&"), state: state,
            verifier: proof.verifier)
    }

    /// What a token may do; nil when nothing is asked for, which is the server's to decide then.
    var scopes: String? {
        let scopes = client.scopes ?? preset.scopes(at: place.address)
        return scopes.isEmpty ? nil : scopes
    }

    /// The host, for people and for `keyfob setup oauth`.
    var host: String { Self.host(of: place) }

    private static func host(of place: HostPlace) -> String {
        let host = Printable.text(place.address.authority)
        let scheme = place.address.scheme
        return scheme == Scheme.https ? host : "\(Printable.text(scheme))://\(host)"
    }

    /// The error for an endpoint that nobody named.
    func missing(_ key: String, _ what: String) -> CredentialError {
        CredentialError(
            .configuration, "nobody said where \(host) has \(what)",
            remedy:
                "set provider in `[prompt \"\(host)\"]` of Keyfob's configuration, or \(key) in "
                + "`[oauth \"\(host)\"]`")
    }
}
