public import CredentialCore

extension ChangePolicy {
    /// Which of one user name's logins a new one replaces, if any: where a host gives the tokens of
    /// several accounts one user name, the same account's.
    ///
    /// - Parameter mark: what is known of whose the new one is.
    public static func replaced(
        by mark: OAuthMark?, among logins: [Credential]
    ) -> Credential? {
        guard let owner = mark?.owner, owner.name != nil else { return logins.first }
        return logins.first { OAuthMark($0)?.owner.mayBe(owner) ?? true }
    }
}
