/// The answer to `capability`, which programs may ask before they rely on an extension.
///
/// <https://git-scm.com/docs/git-credential#CAPA-IOFMT>
public enum GitCapabilityListing {
    /// The format's version and one line for each extension.
    public static var bytes: [UInt8] {
        Array("version 0\n".utf8)
            + GitCapabilities.names.flatMap { Array("capability \($0.name)\n".utf8) }
    }
}
