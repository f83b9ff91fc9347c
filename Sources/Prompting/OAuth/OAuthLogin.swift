import Configuration
import CredentialCore
import HostAccess
import Hosts

/// Gets a login from a host's authorization server, with the person's browser or on another device.
struct OAuthLogin {
    let request: LoginRequest
    let surroundings: Surroundings
    let configuration: Configuration
    let conversation: any Conversation
    /// By when the person has to be done.
    let deadline: PersonsDeadline
    /// Where the host is asked.
    let desk = HostDesk()

    init(
        _ request: LoginRequest, _ surroundings: Surroundings, _ configuration: Configuration,
        _ conversation: any Conversation
    ) {
        self.request = request
        self.surroundings = surroundings
        self.configuration = configuration
        self.conversation = conversation
        deadline = PersonsDeadline(seconds: configuration.prompt.timeout)
    }

    /// The host, as a person knows it.
    var host: String { Printable.text(request.place.address.authority) }

    /// The login.
    ///
    /// - Throws: `declined` when the person refused or nobody was there, `configuration` where no
    ///   client is set up, `refused`, `expired` when a code was entered too late, `unreachable`.
    func run() throws(CredentialError) -> EnteredLogin {
        let tokens = try tokens()
        var login = EnteredLogin(tokens)
        if let wanted = request.username, takesAnyName {
            try check(tokens, for: wanted)
            login.username = wanted
        }
        return login
    }

    /// Whether git may send any user name with the host's tokens.
    private var takesAnyName: Bool {
        let place = request.place
        let provider = configuration.prompt.provider(at: place.address)
        let host = CodeHost(at: place.address, provider: provider, challenges: place.challenges)
        return configuration.oauthClient(at: place.address)?.username == nil
            && OAuthPreset(of: host).username == nil
    }

    /// Whether tokens are the wanted account's, where its name is what tells accounts apart: the
    /// URLs of Azure DevOps name an organisation there.
    ///
    /// - Throws: `refused` when they are somebody else's: the browser was logged in already.
    private func check(_ tokens: OAuthTokens, for wanted: [UInt8]) throws(CredentialError) {
        guard tokens.provider != CodeHost.azure.rawValue,
            let account = tokens.account, tokens.username.elementsEqual(account.utf8),
            !AccountName.isAnybodys(wanted), !AccountName.areSame(wanted, tokens.username)
        else { return }
        let name = StrangersWords.text(wanted)
        throw CredentialError(
            .refused,
            "you are logged in to \(host) as \(StrangersWords.text(account)) in the browser, and "
                + "this is for \(name)",
            remedy: "log out there, or log in as \(name), and try again")
    }

    private func tokens() throws(CredentialError) -> OAuthTokens {
        let browsers = BrowserCommand.all(
            configured: configuration.prompt.browser, surroundings)
        switch request.way {
        case .device:
            return try tokens(by: try deviceCode(), browsers)
        case .oauth where !BrowserCommand.isSeen(surroundings):
            guard conversation.showsPages else { throw nothingShown }
            if let code = try deviceCodeIfOffered() { return try tokens(by: code, []) }
            return try tokensByBrowser(browsers)
        case .ask, .oauth, .browser:
            return try tokensByBrowser(browsers)
        }
    }

    private func deviceCode() throws(CredentialError) -> DeviceCode {
        let question = HostRequest.startDevice(
            request.place, clientSecret: request.clientSecret)
        guard case .device(let code) = try desk.ask(question) else {
            throw HostDesk.misunderstanding
        }
        return code
    }

    private func deviceCodeIfOffered() throws(CredentialError) -> DeviceCode? {
        do throws(CredentialError) {
            return try deviceCode()
        } catch {
            guard error.code == .configuration else { throw error }
            return nil
        }
    }
}
