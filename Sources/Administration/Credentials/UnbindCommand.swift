import ArgumentParser
import CredentialCore
import SealedFile

/// `keyfob unbind`
struct UnbindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unbind",
        abstract: "Let a credential no longer answer for addresses; the credential stays.")

    @Argument(help: "The credential's name.")
    var name: String

    @Argument(help: "The bindings to end, as `keyfob show` prints them.")
    var bindings: [String]

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        let ended = try BindingRules.parse(bindings)
        try session.change(name) { (credential, draft) throws(CredentialError) in
            for binding in ended {
                let rest = credential.bindings.filter {
                    $0.wireProtocol != binding.wireProtocol || $0.pattern != binding.pattern
                }
                guard rest.count < credential.bindings.count else {
                    throw CredentialError(
                        .notFound, "\(name) is not bound to \(binding.text)",
                        remedy: "see its bindings with `keyfob show \(name)`")
                }
                credential.bindings = rest
            }
            try draft.update(credential)
        }
        Console.note("\(name) no longer answers for " + ended.map(\.text).joined(separator: ", "))
    }
}
