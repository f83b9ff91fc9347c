import ArgumentParser
import CredentialCore
import SealedFile

/// `keyfob bind`
struct BindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind",
        abstract: "Let a credential answer for further addresses.",
        discussion: """
            A binding is `registry:HOST[/PATH]` or `git:HOST[/PATH]`; in the host, `*` stands for \
            one label. A login that git or docker stored becomes the administrator's by this, and \
            their `erase` no longer removes it.

            EXAMPLE:
              keyfob bind ci registry:ghcr.io git:github.com/acme
            """)

    @Argument(help: "The credential's name.")
    var name: String

    @Argument(help: "What else it is for.")
    var bindings: [String]

    @Flag(help: "Bind it although it does not look like what the provider gives out.")
    var force = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        let added = try BindingRules.parse(bindings)
        var wasLogin = false
        var weakened: (credential: Credential, fields: SecretFields)?
        try session.change(name) { (credential, draft) throws(CredentialError) in
            for binding in added
            where !credential.bindings.contains(where: {
                $0.wireProtocol == binding.wireProtocol && $0.pattern == binding.pattern
            }) {
                credential.bindings.append(binding)
            }
            wasLogin = credential.origin.isLogin
            if wasLogin { credential.origin = .admin }
            try BindingRules.check(
                credential, namingUser: "name one with `keyfob edit \(name) --username NAME`")
            try AccessKeyRules.check(credential, session.configuration)
            // A locked store does not say what the secret looks like; the client will.
            if let fields = try? draft.fields(of: credential), let secret = fields.primary {
                try BindingRules.check(secret, for: credential)
                let wasWeak = credential.isAccountPassword
                try ProviderCheck.check(&credential, fields, isForced: force)
                if !wasWeak { weakened = (credential, fields) }
            }
            try draft.update(credential)
        }
        if wasLogin { Console.note("\(name) was a login and is the administrator's now") }
        Console.note("\(name) answers for " + added.map(\.text).joined(separator: ", "))
        if let weakened {
            ProviderCheck.tellDoubt(about: weakened.credential, weakened.fields)
        }
    }
}
