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
            or one of them after `registry:` or `git:`. Without a prefix both are explained. Of a \
            registry's token it says from what it is minted, and how the one at hand is. No secret \
            is shown.
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
        let scope = try scope.map { try Scope($0.utf8) }
        let explanations = try Self.queries(address).map { wireProtocol, address in
            let effective =
                try scope
                ?? session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
            var query = Query(wireProtocol, address, scope: effective, now: session.now)
            query.username = wireProtocol == .git ? username.map { Array($0.utf8) } : nil
            return try Explanation(query, session, showingAll: all)
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

    private static func queries(
        _ text: String
    ) throws(CredentialError) -> [(WireProtocol, Address)] {
        if text.hasPrefix("registry:") {
            return [(.registry, try Address(registry: Array(text.utf8.dropFirst(9))))]
        }
        if text.hasPrefix("git:") {
            return [(.git, try Address(git: Array(text.utf8.dropFirst(4))))]
        }
        return [
            (.registry, try Address(registry: Array(text.utf8))),
            (.git, try Address(git: Array(text.utf8))),
        ]
    }
}
