/// What git asks for: the last argument of a git credential helper.
///
/// A helper answers any other word with silence and success, so that git can add operations:
/// <https://git-scm.com/docs/gitcredentials#_custom_helpers>.
public enum GitAction: String, CaseIterable, Sendable {
    /// Print the credential that fits the request.
    case get
    /// Keep the credential in the request, which worked.
    case store
    /// Forget the credentials that fit the request, which were refused.
    case erase
    /// Print which extensions of the protocol the helper understands.
    case capability

    /// The action an argument names, compared byte for byte.
    public init?(_ argument: String.UTF8View) {
        let named = Self.allCases.first { argument.elementsEqual($0.rawValue.utf8) }
        guard let named else { return nil }
        self = named
    }
}
