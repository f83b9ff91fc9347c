/// What a client asks for: the one argument of a docker credential helper.
///
/// <https://github.com/docker/docker-credential-helpers/blob/master/credentials/credentials.go>
public enum DockerAction: String, CaseIterable, Sendable {
    /// Print the login of the server whose URL is on standard input.
    case get
    /// Keep the login that is on standard input as JSON.
    case store
    /// Forget the logins of the server whose URL is on standard input.
    case erase
    /// Print the server URL and user name of every login.
    case list
    /// Print the version.
    case version

    /// The action an argument names, compared byte for byte.
    public init?(_ argument: some Sequence<UInt8>) {
        let named = Self.allCases.first { argument.elementsEqual($0.rawValue.utf8) }
        guard let named else { return nil }
        self = named
    }
}
