/// A place in an organisation: `acme/payments/prod`. A credential with a scope answers only there
/// and in the scopes under it; the nearest enclosing one wins.
public struct Scope: Hashable, Sendable {
    /// The segments joined by `/`; empty for no scope.
    public let path: [UInt8]

    /// No scope: sees unscoped credentials only.
    public static let none = Scope(stored: [])

    /// A scope that was checked before it was stored.
    package init(stored path: [UInt8]) { self.path = path }

    /// Reads a scope. The empty text is ``none``.
    ///
    /// - Throws: `badRequest` unless every segment is of letters, digits, `.`, `_` and `-`, and is
    ///   not `.` or `..`.
    public init(_ bytes: some Sequence<UInt8>) throws(CredentialError) {
        let bytes = Array(bytes)
        let segments = bytes.split(separator: Byte.slash, omittingEmptySubsequences: false)
        let sound = segments.allSatisfy { segment in
            !segment.isEmpty && !segment.allSatisfy { $0 == Byte.dot }
                && segment.allSatisfy { byte in
                    Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.dot
                        || byte == Byte.underscore || byte == Byte.minus
                }
        }
        guard bytes.isEmpty || (sound && bytes.count <= 1024) else {
            throw CredentialError(
                .badRequest, "`\(Printable.text(bytes.prefix(300)))` is not a scope",
                remedy: "write segments of letters, digits, `.`, `_` and `-` with `/` between them")
        }
        path = bytes
    }

    /// Whether this is no scope.
    public var isNone: Bool { path.isEmpty }

    /// The scope as a person writes it; empty for none.
    public var text: String { String(decoding: path, as: UTF8.self) }

    /// How deep the scope lies: 0 for none.
    public var depth: Int { AddressPath.segmentCount(path) }

    /// Whether `other` is this scope or lies in it. No scope encloses every scope.
    public func encloses(_ other: Scope) -> Bool {
        AddressPath.isPrefix(path, of: other.path)
    }
}
