import CredentialCore
import Foundation

/// An address as somebody types it or copies it from git: `[git:|registry:]HOST[/PATH]`, or a URL
/// that names a user.
struct NamedAddress {
    /// The protocol before it; nil where it does not say.
    let wireProtocol: WireProtocol?
    /// The address without protocol and user.
    let text: String
    /// The user that is meant, named in the address or beside it.
    let username: String?

    /// Reads an argument of the command line. What stands before an `@` may be a secret, and is in
    /// no error.
    ///
    /// - Parameter other: the user that an option names.
    /// - Throws: `badRequest` for an address that holds a password, for one of a protocol that asks
    ///   no helper, and where two users are named.
    init(_ argument: String, username other: String? = nil) throws(CredentialError) {
        if let scheme = Self.otherScheme(of: argument) { throw Self.asksNobody(scheme) }
        let named = WireProtocol.allCases.first { argument.hasPrefix("\($0.name):") }
        let rest = argument.dropFirst(named.map { $0.name.count + 1 } ?? 0)
        if let scheme = Self.otherScheme(of: rest) { throw Self.asksNobody(scheme) }
        if named != .registry, Self.isSecureShell(rest) { throw Self.asksNobody("ssh") }
        let start = rest.range(of: "://")?.upperBound ?? rest.startIndex
        wireProtocol = named
        guard let at = Self.authority(of: rest).lastIndex(of: "@") else {
            text = String(rest)
            username = other
            return
        }
        text = String(rest[..<start] + rest[rest.index(after: at)...])
        let user = try Self.user(rest[start..<at])
        if let user, let other, user != other {
            throw CredentialError(
                .badRequest, "the address and `--username` name two users",
                remedy: "name one of them")
        }
        username = user ?? other
    }

    /// The part in which a host is named, and a user before it.
    private static func authority(of text: Substring) -> Substring {
        let start = text.range(of: "://")?.upperBound ?? text.startIndex
        return text[start...].prefix { !"/?#".contains($0) }
    }

    /// A URL's user name, decoded as git does it; nil when it is empty.
    private static func user(_ info: Substring) throws(CredentialError) -> String? {
        let parts = info.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0]).removingPercentEncoding ?? String(parts[0])
        let isToken = TokenShape.shown(by: Secret(copying: Array(name.utf8))) != nil
        guard parts.count == 1 || parts[1].isEmpty, !isToken else {
            throw CredentialError(
                .badRequest,
                "the address holds a \(isToken ? "token" : "password"), which others "
                    + "may see on a command line and in the shell's history",
                remedy: "leave it out; to store it, give it to `keyfob login --token-stdin`")
        }
        guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw CredentialError(
                .badRequest, "the address names a user with a control character in it",
                remedy: "write https://HOST/PATH")
        }
        return name.isEmpty ? nil : name
    }
}

// MARK: - What asks no helper

extension NamedAddress {
    /// The scheme of a URL for which git asks nobody.
    private static func otherScheme(of text: some StringProtocol) -> String? {
        ["ssh", "git+ssh", "ssh+git", "git"].first { text.lowercased().hasPrefix("\($0)://") }
    }

    /// Whether it is the short form `[USER@]HOST:PATH`, which is SSH's (git-clone(1), "Git URLs").
    private static func isSecureShell(_ text: Substring) -> Bool {
        guard !text.contains("://") else { return false }
        let authority = authority(of: text)
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        if at != nil, authority.hasPrefix("git@") { return true }
        guard !host.hasPrefix("["), let colon = host.firstIndex(of: ":") else { return false }
        let port = host[host.index(after: colon)...]
        return !port.allSatisfy(\.isNumber) && (at != nil || text.contains("/"))
    }

    private static func asksNobody(_ scheme: String) -> CredentialError {
        guard scheme != "git" else {
            return CredentialError(
                .badRequest, "git:// knows no login, so git asks no helper for it",
                remedy: "name the repository's https:// address")
        }
        return CredentialError(
            .badRequest, "this is an address for SSH, for which git asks no helper",
            remedy: "keep the key with `keyfob add NAME --kind ssh-key`, or name the repository's "
                + "https:// address")
    }
}
