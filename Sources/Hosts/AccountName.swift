import CredentialCore

/// What user names say of whose a token is.
public enum AccountName {
    /// The user names that go with any account's token, by the hosts' own pages.
    private static let anybodys = [
        "oauth2", "x-access-token", "x-oauth-basic", "x-token-auth", "x-bitbucket-api-token-auth",
        "gitlab-ci-token", "token", "git", "pat", "<token>",
    ]

    /// Whether a user name is one that goes with any account's token.
    public static func isAnybodys(_ username: [UInt8]) -> Bool {
        let name = folded(username)
        return anybodys.contains { name.elementsEqual($0.utf8) }
    }

    /// Whether two names are one account's: hosts do not tell upper from lower case there.
    public static func areSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        folded(one) == folded(other)
    }

    /// Whether a name tells anybody whose it is. GitLab knows some tokens' accounts by number alone.
    public static func isTelling(_ account: String) -> Bool {
        !account.utf8.allSatisfy(Byte.isDigit)
    }

    /// Whether a token is another account's than the user name says, at a host where that name is
    /// the account's own.
    public static func isStrangers(
        _ account: String, to username: [UInt8], at host: CodeHost
    ) -> Bool {
        let name = String(decoding: username, as: UTF8.self)
        let isToldByName = [CodeHost.github, .gitlab, .gitea, .bitbucket].contains(host)
        return isToldByName && isTelling(account) && !isAnybodys(username)
            && !name.contains("+deploy-token-") && !name.contains("@")
            && !areSame(username, Array(account.utf8))
    }

    private static func folded(_ name: [UInt8]) -> [UInt8] {
        name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }
}
