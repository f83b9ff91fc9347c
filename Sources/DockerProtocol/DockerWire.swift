/// What docker's credential-helper protocol fixes, and the sizes this implementation accepts.
///
/// The protocol is defined by its reference implementation:
/// <https://github.com/docker/docker-credential-helpers>.
public enum DockerWire {
    /// The answer to `get` for which a client goes on without a login.
    ///
    /// Clients compare it whole; any other text ends their pull or build.
    ///
    /// <https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go>
    public static let credentialsNotFound = "credentials not found in native keychain"

    /// The answer to a request that names no server.
    ///
    /// <https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go>
    public static let missingServerURL = "no credentials server URL"

    /// The answer to a `store` that names no user.
    ///
    /// <https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go>
    public static let missingUsername = "no credentials username"

    /// The most bytes a secret may have.
    public static let secretLimit = 4 << 20

    /// The most bytes a request may have: a secret of ``secretLimit`` bytes, each written as
    /// `\u00XX`, and room for the rest.
    public static let inputLimit = 6 * secretLimit + (64 << 10)

    /// The most bytes a server URL may have.
    public static let serverURLLimit = 4 << 10

    /// The most bytes a user name may have.
    public static let usernameLimit = 4 << 10
}
