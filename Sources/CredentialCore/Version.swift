/// The version of the suite.
public enum Version {
    /// As `--version` prints it (https://semver.org).
    public static let text = "0.1.0"
}
