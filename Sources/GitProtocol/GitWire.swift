/// The sizes this implementation accepts of git's credential protocol.
public enum GitWire {
    /// The most bytes a line may have, its line feed included.
    ///
    /// <https://git-scm.com/docs/git-credential#IOFMT>
    public static let lineLimit = 65_535

    /// The most bytes a request may have.
    public static let inputLimit = 1 << 20

    /// The most lines a request may have before the blank one.
    public static let attributeLimit = 256
}
