public import CredentialCore

/// What the catalogue remembers of an item: its path, and the mark that tells it from every other
/// item there ever was, such as one that a write left behind when it was killed.
public struct ItemLocator: Hashable, Sendable {
    /// The item's object path when it was last seen.
    public var path: String
    /// Random, and written into the item's metadata.
    public let mark: String

    /// A locator for an item that is about to be made.
    public init(path: String = "") {
        self.path = path
        mark = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// A locator from its parts.
    public init(path: String, mark: String) {
        self.path = path
        self.mark = mark
    }

    /// The locator of a credential's secret; empty parts where the catalogue remembers none.
    public init(_ reference: SecretReference) {
        let bytes = reference.locator
        let end = bytes.firstIndex(of: Self.separator) ?? bytes.endIndex
        path = String(decoding: bytes[..<end], as: UTF8.self)
        mark = String(decoding: bytes[end...].dropFirst(), as: UTF8.self)
    }

    /// The locator as the catalogue holds it: no object path has a space in it.
    public var bytes: [UInt8] { Array(path.utf8) + [Self.separator] + Array(mark.utf8) }

    private static let separator = UInt8(ascii: " ")
}
