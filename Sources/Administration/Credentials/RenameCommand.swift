import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob rename`
struct RenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a credential another name; what it answers for stays as it is.",
        discussion: """
            Credentials that need it know it by the new name at once, and so does the keyring. One \
            that Keyfob's configuration names keeps its name: the configuration would name \
            another, or none.

            EXAMPLES:
              keyfob rename ghcr.io-octocat ghcr
            """)

    @Argument(help: "The name it has.")
    var old: String

    @Argument(help: "The name it gets: a-z, 0-9, `.`, `_` and `-`.")
    var new: String

    @OptionGroup var machine: StoreSelection

    func run() throws {
        try CredentialName.check(new)
        let session = try AdminSession.start(machine)
        let (_, credential) = try session.open(credential: old)
        guard new != old else { return Console.note("\(old) is its name already") }
        if let host = session.configuration.hostTakingClientSecret(from: old) {
            throw CredentialError(
                .conflict,
                "\(old) is in use: the configuration takes the secret of the OAuth client at "
                    + "\(host) from it",
                remedy: "write `clientSecret = \(new)` in `[oauth \"\(host)\"]` of Keyfob's "
                    + "configuration first")
        }
        try session.change(old) { (credential, draft) throws(CredentialError) in
            credential.name = new
            try draft.update(credential)
            for var other in draft.credentials where other.needs.contains(old) {
                guard other.replaceNeeds({ $0 == old ? new : $0 }) else { continue }
                other.updatedAt = session.now
                try draft.update(other)
            }
        }
        // What is minted from it is remembered with its name.
        session.forgetTokens(of: [credential])
        Console.note("\(old) is \(new) now")
    }
}
