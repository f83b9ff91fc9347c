import CredentialCore
import HostAccess

/// How an OAuth login is doing: its token ends often, and is renewed when a client next asks.
struct OAuthStanding {
    let mark: OAuthMark

    /// That of a credential; nil for any other than an OAuth login.
    init?(_ credential: Credential) {
        guard let mark = OAuthMark(credential) else { return nil }
        self.mark = mark
    }

    /// Whether its server renews it no more.
    var isRefused: Bool { mark.refusedAt != nil }

    /// What there is to say of it, in place of the settings that hold it.
    var words: String {
        let owner = mark.accountName.map { "\($0)'s, " } ?? ""
        let renewal =
            mark.refusedAt.map { "not renewed any more since \(Moment.text($0))" }
            ?? "renewed when it ends"
        return "\(mark.provider), \(owner)\(renewal)"
    }

    /// The settings that ``words`` stand for.
    static func holds(_ setting: Credential.Setting, of credential: Credential) -> Bool {
        var bare = credential
        OAuthMark.set(nil, of: &bare)
        return OAuthMark(credential) != nil && !bare.settings.contains(setting)
    }
}

extension Credential {
    /// Whether it is renewed when it ends.
    var isRenewed: Bool { OAuthStanding(self)?.isRefused == false }

    /// When it ends for good.
    var finalExpiry: Int64? { isRenewed ? nil : expiresAt }

    /// The command that logs in again; nil for what is no OAuth login.
    var loginCommand: String? {
        guard OAuthMark(self) != nil, let binding = bindings.first else { return nil }
        return "keyfob login \(binding.text)"
    }
}
