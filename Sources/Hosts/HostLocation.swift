public import CredentialCore

/// Where a host's pages and its API are. They are at the host itself, but for a few whose names say
/// that they belong to one owner.
public struct HostLocation: Hashable, Sendable {
    /// Scheme, host and port, as a URL begins.
    public let root: String
    private let pages: String
    private let programs: String
    private let programsPrefix: String

    /// The location of an address's host.
    public init(_ address: Address) {
        root =
            String(decoding: address.scheme, as: UTF8.self) + "://"
            + String(decoding: address.authority, as: UTF8.self)
        switch root {
        // https://docs.github.com/rest/users/users#get-the-authenticated-user – on a server of
        // one's own the API is below `/api/v3`.
        case "https://github.com", "https://gist.github.com":
            (pages, programs, programsPrefix) =
                ("https://github.com", "https://api.github.com", "/api/v3")
        // https://developer.atlassian.com/cloud/bitbucket/rest/
        case "https://bitbucket.org":
            (pages, programs, programsPrefix) = (root, "https://api.bitbucket.org", "")
        default: (pages, programs, programsPrefix) = (root, root, "")
        }
    }

    /// The URL of a page.
    ///
    /// - Parameter path: its path, or a URL, which stays as it is.
    public func site(_ path: String) -> String {
        path.hasPrefix("/") ? pages + path : path
    }

    /// The URL of a part of the API.
    ///
    /// - Parameter path: its path as a server of one's own has it.
    public func api(_ path: String) -> String {
        path.hasPrefix(programsPrefix)
            ? programs + path.dropFirst(programsPrefix.count) : programs + path
    }
}
