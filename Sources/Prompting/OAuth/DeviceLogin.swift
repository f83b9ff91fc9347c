import CredentialCore
import Glibc
import HostAccess
import Launch

/// The device authorization grant (RFC 8628): the person enters a code on whatever device has a
/// browser, and the server is asked again and again whether they did.
extension OAuthLogin {
    /// What the server adds to its interval when it is asked too often, in seconds (3.5).
    private static let step = 5
    /// What it may want at most, in seconds.
    private static let longestInterval = 300

    /// The tokens.
    ///
    /// - Parameter browsers: programs that can open the page here, if any.
    /// - Throws: as ``run()``. Nothing is asked when nobody could be shown the code.
    func tokens(
        by code: DeviceCode, _ browsers: [BrowserCommand]
    ) throws(CredentialError) -> OAuthTokens {
        guard let page = BrowserPage(code.page) else {
            throw CredentialError(
                .refused,
                "\(host) names a page for its codes that is no https URL: "
                    + StrangersWords.text(code.page))
        }
        try conversation.announce([
            "To log in to \(host), open this page on any device:",
            "  \(page.url)",
            "and enter this code there: \(StrangersWords.text(code.userCode))",
        ])
        let complete = code.completePage.flatMap { BrowserPage($0) }
        // Whether it opens or not, the person knows what to do.
        var opening = PageOpening(complete ?? page, browsers, surroundings)
        let lifetime = Deadline(milliseconds: max(code.lifetime, 0) * 1000)
        var interval = min(max(code.interval, 1), Self.longestInterval)
        while true {
            let rest = min(lifetime.remaining, deadline.remaining)
            Self.pause(min(interval * 1000, rest))
            _ = opening.state()
            guard deadline.remaining > 0 else { throw deadline.error }
            guard lifetime.remaining > 0 else { throw expired(code) }
            switch try poll(code) {
            case .tokens(let tokens): return tokens
            case .pending: break
            case .slowDown: interval = min(interval + Self.step, Self.longestInterval)
            // A server that cannot be reached for a moment is asked less often (3.5).
            case nil: interval = min(interval * 2, Self.longestInterval)
            default: throw HostDesk.misunderstanding
            }
        }
    }

    /// Asks once; nil when the server cannot be reached.
    private func poll(_ code: DeviceCode) throws(CredentialError) -> HostReply? {
        do throws(CredentialError) {
            return try desk.ask(
                .pollDevice(
                    request.place, deviceCode: code.deviceCode, clientSecret: request.clientSecret))
        } catch {
            guard error.code == .unreachable else { throw error }
            return nil
        }
    }

    private func expired(_ code: DeviceCode) -> CredentialError {
        CredentialError(
            .expired,
            "nobody entered the code within \(max(code.lifetime, 0)) seconds, as long as \(host) "
                + "takes it",
            remedy: "try again")
    }

    /// Waits, whatever signals come that do not end the program.
    private static func pause(_ milliseconds: Int) {
        let end = Deadline(milliseconds: milliseconds)
        while end.remaining > 0 { Glibc.poll(nil, 0, Int32(end.remaining)) }
    }
}
