import CredentialCore
import HostAccess

/// What a login came to, for people and for programs.
struct LoginReport: Encodable {
    let name: String
    let address: String
    /// Whose login it is; nil where the host says a number alone.
    var account: String?
    let username: String
    let kind: String
    let expires: String?
    /// Whether it is renewed when it ends.
    let renewed: Bool
    let verified: Bool
    let store: String
    let scope: String?
    /// Whether an older login gave way to it.
    let replaced: Bool
    /// What answers for the address in its place, if something does.
    let answering: String?

    init(
        _ credential: Credential, _ login: EnteredLogin, _ place: LoginPlace, isReplaced: Bool,
        answering: String?
    ) {
        name = credential.name
        address = place.text
        username = Printable.text(login.username)
        let mark = OAuthMark(credential)
        account = mark == nil ? username : mark?.accountName.map { Printable.text($0) }
        kind = login.mark == nil ? credential.kind.name : "oauth"
        expires = credential.expiresAt.map(Moment.text)
        renewed = login.mark != nil && login.refreshToken != nil
        verified = login.isVerified
        store = credential.store.name
        scope = credential.scope.isNone ? nil : credential.scope.text
        replaced = isReplaced
        self.answering = answering == credential.name ? nil : answering
    }

    /// Whether somebody else's token is stored for a user.
    private var isStrangers: Bool { kind != "oauth" && account != nil && account != username }

    /// Says it in a line.
    func tell() {
        let what = kind == "oauth" ? "login" : kind
        var parts = [(account.map { "\($0)'s " } ?? "") + "\(what) for \(address)"]
        if let scope { parts[0] += " in the scope \(scope)" }
        if isStrangers { parts[0] += " as \(username)" }
        if renewed {
            parts.append("renewed automatically")
        } else if let expires {
            parts.append("expires \(expires)")
        }
        parts.append(verified ? "verified" : "not verified")
        Console.note("stored \(name): " + parts.joined(separator: ", "))
        if isStrangers, let account {
            Console.note(
                "the token is \(account)'s, not \(username)'s: whoever asks for \(username) acts as "
                    + "\(account)")
        }
        if let answering {
            Console.note(
                "\(answering) answers before it; `keyfob explain \(address)` says why")
        }
    }
}
