/// What the tokens of registries and code hosts look like, so that an account's own password is
/// told from them. It opens everything the account may do, where a token opens what it was made for.
///
/// The shapes are data. What might be a token is never taken for a password: a few hosts gave out
/// tokens without a prefix, and a user name can show a token as well.
public struct TokenShape: Sendable {
    /// The names of the ``RegistryFamily`` that have such tokens, and of what others run themselves.
    public let families: [String]
    /// What their tokens begin with.
    let prefixes: [String]
    /// The numbers of hexadecimal digits of tokens without a prefix.
    let hexLengths: [Int]
    /// The numbers of letters, digits, `_` and `-` of tokens without a prefix.
    let wordLengths: [Int]
    /// What the user names begin with that go with tokens alone.
    let users: [String]
    /// Whether a `+` in a user name shows a robot.
    let hasRobots: Bool

    private init(
        _ families: [String], _ prefixes: [String], hexLengths: [Int] = [],
        wordLengths: [Int] = [], users: [String] = [], hasRobots: Bool = false
    ) {
        self.families = families
        self.prefixes = prefixes
        self.hexLengths = hexLengths
        self.wordLengths = wordLengths
        self.users = users
        self.hasRobots = hasRobots
    }

    /// The shapes of every host that has tokens of a known one.
    static let all: [TokenShape] = [
        // https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
        // Until 2021 they were 40 hexadecimal digits.
        TokenShape(
            ["github", "ghcr"],
            ["ghp_", "github_pat_", "gho_", "ghu_", "ghs_", "ghr_", "v1."], hexLengths: [40]),
        // https://docs.docker.com/security/access-tokens/ – older ones are UUIDs.
        TokenShape(["docker-hub"], ["dckr_pat_", "dckr_oat_"], wordLengths: [36]),
        // https://docs.gitlab.com/security/tokens/ – older ones are 20 characters, those of OAuth
        // 64 hexadecimal digits.
        TokenShape(
            ["gitlab"],
            [
                "glpat-", "gldt-", "glcbt-", "gloas-", "glrt-", "glptt-", "glft-", "glsoat-",
                "glimt-", "glagent-",
            ], hexLengths: [64], wordLengths: [20],
            users: ["gitlab+deploy-token-", "gitlab-ci-token", "oauth2"]),
        // https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
        TokenShape(
            ["bitbucket"], ["ATATT", "ATCTT", "ATBB"],
            users: ["x-token-auth", "x-bitbucket-api-token-auth"]),
        // https://forgejo.org/docs/latest/user/api-usage/
        TokenShape(["codeberg", "gitea"], [], hexLengths: [40], users: ["oauth2"]),
        // https://docs.quay.io/glossary/robot-accounts.html – an encrypted password is longer than
        // one that people type.
        TokenShape(["quay"], [], wordLengths: [64], users: ["$"], hasRobots: true),
        // https://jfrog.com/help/r/jfrog-platform-administration-documentation/understanding-identity-tokens
        TokenShape(["artifactory"], ["cmVmd", "AKCp"]),
    ]

    /// A JSON Web Token (RFC 7519) begins so, whoever gave it out.
    private static let webToken = "eyJ"

    /// Whether a secret is an account's own password where the host has tokens: they have a known
    /// shape, and this is none.
    public static func isAccountPassword(
        _ secret: Secret, username: [UInt8]?, host: [UInt8]
    ) -> Bool {
        guard let family = RegistryFamily.family(ofHost: host) else { return false }
        return isAccountPassword(secret, username: username, family: family.name)
    }

    /// The same for a host of a family that its name does not tell.
    public static func isAccountPassword(
        _ secret: Secret, username: [UInt8]?, family: String
    ) -> Bool {
        guard let shape = all.first(where: { $0.families.contains(family) }) else { return false }
        return !shape.isTokenUser(username ?? []) && !shape.isToken(secret)
    }

    /// The shape that a secret's prefix shows, or nil.
    public static func shown(by secret: Secret) -> TokenShape? {
        secret.withBytes { bytes in all.first { $0.hasPrefix(bytes) } }
    }

    private func isTokenUser(_ username: [UInt8]) -> Bool {
        // docker's mark of an identity token.
        username.elementsEqual("<token>".utf8)
            || users.contains { username.starts(with: $0.utf8) }
            || (hasRobots && username.contains(Byte.plus))
    }

    private func isToken(_ secret: Secret) -> Bool {
        secret.withBytes { bytes in
            bytes.starts(with: Self.webToken.utf8) || hasPrefix(bytes)
                || (hexLengths.contains(bytes.count)
                    && bytes.allSatisfy { Byte.hexValue($0) != nil })
                || (wordLengths.contains(bytes.count) && bytes.allSatisfy(Self.isWord))
        }
    }

    private func hasPrefix(_ bytes: UnsafeRawBufferPointer) -> Bool {
        prefixes.contains { bytes.starts(with: $0.utf8) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.underscore || byte == Byte.minus
    }
}

extension Credential {
    /// The setting that marks an account's own password where the host has tokens.
    public static let accountPasswordMark = Setting(name: "form", value: "account-password")

    /// Whether its secret was an account's own password when it was stored.
    public var isAccountPassword: Bool { settings.contains(Self.accountPasswordMark) }

    /// Sets or takes away the mark of an account's own password.
    public mutating func mark(asAccountPassword isPassword: Bool) {
        let mark = Self.accountPasswordMark
        set(mark.name, to: isPassword ? mark.value : nil)
    }
}
