import ArgumentParser
import CredentialCore

/// A kind on the command line, by the name of its template.
struct KindName: ExpressibleByArgument {
    private let name: String

    /// Takes any name, so that an unknown one is answered with a line of ours.
    init?(argument: String) {
        name = argument
    }

    /// The template of that name.
    ///
    /// - Throws: `badRequest` with the names there are.
    func template() throws(CredentialError) -> KindTemplate {
        if let template = KindTemplate.named(name) { return template }
        throw CredentialError(
            .badRequest, "there is no kind `\(Printable.text(name))`",
            remedy: "write one of " + Self.allValueStrings.joined(separator: ", "))
    }

    static var allValueStrings: [String] { KindTemplate.all.map(\.name) }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
