/// Extensions of the protocol that one side tells the other it understands.
///
/// <https://git-scm.com/docs/git-credential#IOFMT>
public struct GitCapabilities: OptionSet, Hashable, Sendable {
    /// One bit for each extension.
    public let rawValue: UInt8

    /// The extensions whose bits are set.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `authtype`, `credential` and `ephemeral` are understood.
    public static let authtype = GitCapabilities(rawValue: 1 << 0)
    /// `state[]` and `continue` are understood.
    public static let state = GitCapabilities(rawValue: 1 << 1)

    /// The extension with this name; none if it is not known here.
    init(named name: UnsafeRawBufferPointer) {
        self = Self.names.first { name.elementsEqual($0.name.utf8) }?.capability ?? []
    }

    /// Every extension and its name, in the order git lists them.
    static let names: [(capability: GitCapabilities, name: String)] = [
        (.authtype, "authtype"), (.state, "state"),
    ]
}
