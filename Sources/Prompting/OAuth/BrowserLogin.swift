import Configuration
import CredentialCore
import HostAccess
import Launch

/// The authorization code grant with PKCE for programs on the person's own machine (RFC 8252):
/// their browser goes to the server, and comes back to us with a code.
extension OAuthLogin {
    /// How often it is looked whether a browser that starts has failed, in milliseconds.
    private static let glance = 50

    /// The tokens.
    ///
    /// - Parameter browsers: programs to open the page with; where there is none, or each of them
    ///   fails, the person opens it.
    /// - Throws: as ``run()``.
    func tokensByBrowser(
        _ browsers: [BrowserCommand]
    ) throws(CredentialError) -> OAuthTokens {
        let place = request.place
        let listener = try RedirectListener(try redirectAddress())
        defer { listener.close() }
        let account = request.username.map { String(decoding: $0, as: UTF8.self) }
        let question = HostRequest.authorize(place, redirect: listener.redirect, account: account)
        guard case .authorization(let authorization) = try desk.ask(question) else {
            throw HostDesk.misunderstanding
        }
        guard let page = BrowserPage(authorization.url) else {
            throw CredentialError(
                .configuration,
                "the page to log in to \(host) on is no https URL that a browser can be given: "
                    + StrangersWords.text(authorization.url),
                remedy: "see authorizeUrl and scopes in Keyfob's configuration")
        }
        let visit = AwaitedVisit(
            listener: listener, state: Secret(copying: Array(authorization.state.utf8)))
        let redemption = HostRequest.redeem(
            place, code: try code(from: try answer(visit, page, browsers)),
            verifier: authorization.verifier, redirect: listener.redirect,
            clientSecret: request.clientSecret)
        guard case .tokens(let tokens) = try desk.ask(redemption) else {
            throw HostDesk.misunderstanding
        }
        return tokens
    }

    private func redirectAddress() throws(CredentialError) -> RedirectAddress {
        let client = configuration.oauthClient(at: request.place.address)
        guard let url = client?.redirectURL else { return RedirectAddress() }
        return try RedirectAddress(url)
    }

    private func answer(
        _ visit: AwaitedVisit, _ page: BrowserPage, _ browsers: [BrowserCommand]
    ) throws(CredentialError) -> RedirectAnswer {
        var opening = PageOpening(page, browsers, surroundings)
        var isTold = false
        while deadline.remaining > 0 {
            let state = opening.state()
            if state == .failed { return try answerByHand(visit, page) }
            if !isTold {
                // The browser is there to be seen even where nothing can be said.
                try? conversation.tell(
                    "Your browser opens to log in to \(host). If it does not, open this page: "
                        + page.url)
                isTold = true
            }
            let rest = deadline.remaining
            let time = state == .starting ? min(Self.glance, rest) : rest
            if let answer = visit.wait(until: Deadline(milliseconds: time)) { return answer }
        }
        throw deadline.error
    }

    private func code(from answer: RedirectAnswer) throws(CredentialError) -> Secret {
        switch answer {
        case .code(let code): return code
        case .refusal(let name, let description):
            let words = description.map { "\(name): \($0)" } ?? name
            // RFC 6749, 4.1.2.1.
            if name == "access_denied" {
                throw CredentialError(
                    .declined, "the login to \(host) was refused in the browser (\(words))",
                    remedy: "try again, and agree there")
            }
            throw CredentialError(.refused, "\(host) refused the login (\(words))")
        }
    }
}
