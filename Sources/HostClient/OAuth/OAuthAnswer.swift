import CredentialCore
import Transport

/// What an authorization server answered: members that are all strangers' words until they were
/// checked, each by its own rule, as none of them may break a line of git's protocol or of a
/// terminal.
struct OAuthAnswer {
    /// More than any server's tokens have, and less than fits in a line of git's protocol.
    private static let longestToken = 16_384
    private static let longestPage = 2048
    /// Ten years: what lives longer is not asked about again.
    private static let longestLife: Int64 = 3650 * 86_400

    let fields: AnswerFields
    let url: String
    let host: String
    private let status: Int
    private let secrets: [Secret]

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - url: who answered.
    ///   - host: whose server that is, for people.
    ///   - secrets: what was sent, and must not be shown.
    /// - Throws: `refused` when it sends us elsewhere, `unreachable` when it is none of OAuth.
    init(
        _ response: HTTPResponse, of url: String, for host: String, without secrets: [Secret]
    ) throws(CredentialError) {
        self.url = url
        self.host = host
        self.secrets = secrets
        status = response.status
        if let redirect = Redirect(response, from: url) { throw redirect.error }
        guard let fields = AnswerFields(response),
            response.isSuccess || fields.text("error") != nil
        else {
            throw CredentialError(
                .unreachable,
                "\(ServiceHost.text(of: url)) answered with something that is not OAuth's "
                    + "(HTTP \(response.status))",
                remedy: [429, 500, 502, 503, 504].contains(response.status)
                    ? "try again later" : "see whether the endpoints of \(host) are right")
        }
        self.fields = fields
    }

    /// The error's code; nil when it is none. GitHub sends it with any status.
    var error: String? { fields.text("error") }

    /// A token that has to be there (RFC 6749, A.12 and A.17).
    func token(_ name: String) throws(CredentialError) -> Secret {
        guard let token = try optionalToken(name) else { throw malformed("without `\(name)`") }
        return token
    }

    /// A token that may be there.
    func optionalToken(_ name: String) throws(CredentialError) -> Secret? {
        guard let value = fields[name] else { return nil }
        guard case .text(let token) = value else { throw malformed("where `\(name)` is no text") }
        guard token.count <= Self.longestToken else {
            throw malformed("where `\(name)` is too long")
        }
        guard token.withBytes({ $0.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw malformed("where `\(name)` holds what no token may")
        }
        return token.isEmpty ? nil : token
    }

    /// RFC 6749, 7.1: a token of a type that is not known must not be used.
    func checkTokenType() throws(CredentialError) {
        guard fields["token_type"] != nil else { return }
        guard fields.text("token_type")?.lowercased() == "bearer" else {
            throw malformed("with a token that is not of the type `bearer`")
        }
    }

    /// What a token's or code's life is, in seconds; nil when the server does not say, or says what
    /// is none: it is only a recommendation (RFC 6749, 5.1), which some write as 0.
    var lifetime: Int64? {
        guard let text = fields.text("expires_in"), let seconds = Self.wholeSeconds(text),
            seconds > 0
        else { return nil }
        return min(seconds, Self.longestLife)
    }

    /// A number of seconds; nil when the server does not say.
    func seconds(_ name: String) throws(CredentialError) -> Int64? {
        guard fields[name] != nil else { return nil }
        guard let text = fields.text(name), let seconds = Self.wholeSeconds(text), seconds >= 0
        else { throw malformed("where `\(name)` is no time") }
        return seconds
    }

    /// Some servers write whole numbers with a fraction, or as texts.
    private static func wholeSeconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 20, let number = Double(text), abs(number) < 1e15 else {
            return nil
        }
        return Int64(number)
    }

    /// A text to be shown that has to be there.
    func shown(_ name: String, upTo limit: Int) throws(CredentialError) -> String {
        guard let text = fields.text(name) else { throw malformed("without `\(name)`") }
        guard text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw malformed("where `\(name)` cannot be shown")
        }
        return text
    }

    /// A page that a person opens, under the first of these names.
    func page(_ names: [String]) throws(CredentialError) -> String {
        for name in names {
            if let page = try optionalPage(name) { return page }
        }
        throw malformed("without `\(names[0])`")
    }

    /// A page that may be there: one that nobody can listen to or change on its way.
    func optionalPage(_ name: String) throws(CredentialError) -> String? {
        guard fields[name] != nil else { return nil }
        let page = try shown(name, upTo: Self.longestPage)
        guard !page.contains(" "), let server = ServiceHost(page),
            server.isEncrypted || server.isLoopback
        else {
            throw malformed("where `\(name)` is no https URL")
        }
        return page
    }
}

// MARK: - Failures

extension OAuthAnswer {
    /// Errors by which a refresh token is good no more, or wants a person (RFC 6749, 5.2; GitHub's
    /// own; OpenID Connect Core, 3.1.2.6, as Microsoft uses it for refresh tokens).
    static let endsOfLogin: Set<String> = [
        "invalid_grant", "bad_refresh_token", "interaction_required", "login_required",
        "consent_required",
    ]

    private static let clientErrors: Set<String> = [
        "invalid_client", "unauthorized_client", "incorrect_client_credentials",
        "device_flow_disabled", "redirect_uri_mismatch", "unsupported_grant_type", "invalid_scope",
    ]

    /// What an error says to a person.
    func failure(_ error: String) -> CredentialError {
        let problem = "\(ServiceHost.text(of: url)) refused: \(words(error))"
        if Self.clientErrors.contains(error) {
            return CredentialError(
                .configuration, problem,
                remedy: "see whether what `keyfob setup oauth \(host)` was told is what is "
                    + "registered there")
        }
        if ["temporarily_unavailable", "server_error"].contains(error) || status == 429 {
            return CredentialError(.unreachable, problem, remedy: "try again later")
        }
        return CredentialError(.refused, problem, remedy: "log in again")
    }

    /// What the end of a login says to a person.
    func ended(_ error: String) -> CredentialError {
        CredentialError(
            .expired, "the login at \(host) has ended and must be made anew: \(words(error))",
            remedy: "run `keyfob login git:\(host)`")
    }

    /// The error and its description: short, printable, and without what was sent.
    private func words(_ error: String) -> String {
        let code = ServerMessage.text(Secret(copying: Array(error.utf8)), without: secrets)
        let description = ServerMessage.text(fields.secret("error_description"), without: secrets)
        return [code ?? "an error", description].compactMap(\.self).joined(separator: ", ")
    }

    /// An answer that cannot be used.
    func malformed(_ how: String) -> CredentialError {
        CredentialError(
            .refused, "\(ServiceHost.text(of: url)) answered \(how), so nothing of it is kept",
            remedy: "see whether the endpoints of \(host) are right")
    }
}
