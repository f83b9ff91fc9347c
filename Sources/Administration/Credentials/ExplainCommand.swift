import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say which credential answers for an address, and why the others do not.",
        discussion: """
            The address is what a client would ask for: `ghcr.io`, `https://github.com/acme/app`, \
            or one of them after `registry:` or `git:`. Without a prefix both are explained. git \
            leaves the path out of what it asks unless credential.useHttpPath is set, and it is \
            explained like that. Of a registry's token it says from what it is minted, and how the \
            one at hand is. No secret is shown.
            """)

    @Argument(help: "The address: [registry:|git:]HOST[/PATH].")
    var address: String

    @Option(help: "Explain for this scope, not for the one in effect here.")
    var scope: String?

    @Option(help: "Explain for a request of git that names this user.")
    var username: String?

    @Flag(help: "Show the credentials for other hosts as well.")
    var all = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        let named = try NamedAddress(address, username: username)
        let scope =
            try scope.map { try Scope($0.utf8) }
            ?? session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        let explanations = try Self.places(named).map { place in
            var query = Query(place.wireProtocol, place.address, scope: scope, now: session.now)
            guard place.wireProtocol == .git else {
                return try Explanation(query, session, showingAll: all)
            }
            query.username = named.username.map { Array($0.utf8) }
            if !place.address.path.isEmpty, !GitCheck(place.address, session).sendsPath {
                query.address = place.address.withoutPath
            }
            return try Explanation(query, session, for: place.address, showingAll: all)
        }
        if json {
            try Console.print(json: explanations)
        } else {
            for (index, explanation) in explanations.enumerated() {
                if index > 0 { Console.print() }
                for line in explanation.lines { Console.print(line) }
            }
        }
    }

    private static func places(_ named: NamedAddress) throws(CredentialError) -> [LoginPlace] {
        if let place = try LoginPlace.named(named) { return [place] }
        return [try LoginPlace(.registry, named.text), try LoginPlace(.git, named.text)]
    }
}
