import CredentialCore
import HostAccess
import Hosts
import Transport

/// Tries a login at a git host: by one cheap question to its API, or by what git asks first where
/// there is none.
struct LoginCheck {
    let context: HostContext
    let place: HostPlace
    let location: HostLocation

    init(_ context: HostContext, _ place: HostPlace) {
        self.context = context
        self.place = place
        location = HostLocation(place.address)
    }

    /// What the host says of a login.
    func verify(_ login: HostLogin) -> Verification {
        switch context.codeHost(at: place) {
        case .github: askGitHub(login)
        case .gitlab: askGitLab(login)
        case .gitea: askGitea(login)
        case .bitbucket: askBitbucket(login)
        case .azure: askAzure(login)
        case .generic: askGit(login)
        }
    }

    /// The host, for people.
    var host: String { Printable.text(place.address.authority) }

    /// Asks the API.
    ///
    /// - Parameter judge: what an answer means that is neither an outage nor elsewhere's.
    func ask(
        _ url: String, _ header: HTTPHeader, about login: HostLogin,
        _ judge: (HTTPResponse) -> Verification
    ) -> Verification {
        let response: HTTPResponse
        do throws(TransportFailure) {
            response = try context.send(
                HTTPRequest(.get, url, headers: [header, HTTPHeader("Accept", "application/json")]))
        } catch {
            return Verification(.unchecked, place.error(error))
        }
        if response.status == 429 || response.status >= 500 {
            return unchecked(
                "\(ServiceHost.text(of: url)) cannot say now (HTTP \(response.status))",
                "try again later")
        }
        return judge(response)
    }

    /// The header of a login as the APIs of GitHub and Gitea take it: git's own, or the token alone
    /// where there is no user name.
    func header(of login: HostLogin) -> HTTPHeader {
        guard login.authtype == nil, (login.username ?? []).isEmpty else {
            return HTTPHeader("Authorization", login.header)
        }
        let token = HostLogin(
            username: nil, secret: login.secret, authtype: Array("token".utf8))
        return HTTPHeader("Authorization", token.header)
    }
}

// MARK: - What an answer means

extension LoginCheck {
    /// The login is good, and the first of these members says whose it is.
    func accepted(
        _ login: HostLogin, _ fields: AnswerFields?, account: [String]
    ) -> Verification {
        var verification = Verification(.accepted)
        let name = account.lazy.compactMap { fields?.text($0) }.first
        verification.account = name.flatMap {
            AccountLookup.isName($0, without: [login.secret]) ? $0 : nil
        }
        return verification
    }

    /// The host takes no such login (401).
    func refused(
        _ login: HostLogin, _ response: HTTPResponse, asPasswordOf family: String? = nil
    ) -> Verification {
        let words = HostWords.reason(response, without: login)
        if let family, login.authtype == nil,
            TokenShape.isAccountPassword(login.secret, username: login.username, family: family)
        {
            return refused(
                .refused,
                "\(host) takes no login by an account's password any more, and this is no token"
                    + words,
                "make a token there and give it in the password's place")
        }
        let isExpired = words.lowercased().contains("expired")
        return refused(
            isExpired ? .expired : .refused,
            isExpired
                ? "the token for \(host) has expired\(words)" : "\(host) refuses the login\(words)",
            "see whether it was copied whole and is for this host, or make a new one")
    }

    func refused(
        _ code: CredentialError.Code, _ problem: String, _ remedy: String
    ) -> Verification {
        Verification(.refused, CredentialError(code, problem, remedy: remedy))
    }

    /// Nobody can say.
    func unchecked(_ problem: String, _ remedy: String? = nil) -> Verification {
        Verification(.unchecked, CredentialError(.unreachable, problem, remedy: remedy))
    }

    /// The answer is none that the API gives.
    func unknown(_ response: HTTPResponse, from url: String) -> Verification {
        if let redirect = Redirect(response, from: url) {
            return Verification(.unchecked, redirect.error)
        }
        return unchecked(
            "\(ServiceHost.text(of: url)) answered with something that is not its API's "
                + "(HTTP \(response.status))",
            "see whether a proxy or login page answers instead, and which provider `[prompt]` names"
        )
    }

    /// Notes what a token may do, and what that lacks for git.
    ///
    /// - Parameters:
    ///   - writing: the scopes one of which is wanted to push.
    ///   - reading: those with which one can read, or less than everything, and what that is.
    func note(
        _ scopes: [String]?, of login: HostLogin, in verification: inout Verification,
        writing: Set<String>, reading: [String: String]
    ) {
        guard let scopes else { return }
        let shown = scopes.prefix(64).compactMap { scope in
            ServerMessage.text(Secret(copying: Array(scope.utf8)), without: [login.secret])
        }
        verification.scopes = shown
        guard writing.isDisjoint(with: scopes) else { return }
        let wanted = writing.sorted().joined(separator: " or ")
        if let limit = scopes.lazy.compactMap({ reading[$0] }).first {
            verification.problem = CredentialError(
                .refused, "the token \(limit)", remedy: "to push, give one with \(wanted)")
        } else {
            let held = shown.isEmpty ? "no scope at all" : shown.prefix(8).joined(separator: ", ")
            verification.outcome = .refused
            verification.problem = CredentialError(
                .refused, "the token is good, but lets git in nowhere: it has \(held)",
                remedy: "give one with the scope \(wanted)")
        }
    }

    /// A time by which a token ends: `2026-12-01`, `2026-12-01 10:00:00 UTC`; nil for anything
    /// else, and for what is over, as the token was just taken.
    func end(_ text: String?) -> Int64? {
        guard let text, text.utf8.count <= 40 else { return nil }
        var words = text.split(separator: " ")
        let day = words.isEmpty ? "" : words.removeFirst()
        let time = words.isEmpty ? "00:00:00Z" : words.joined()
        let seconds = ISO8601.seconds(day.contains("T") ? text : "\(day)T\(time)")
        return seconds.flatMap { $0 > context.now() ? $0 : nil }
    }
}
