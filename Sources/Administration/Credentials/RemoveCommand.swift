import ArgumentParser
import CredentialCore
import Events
import SealedFile

/// `keyfob remove`
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove credentials and their secrets for good.",
        discussion: """
            It is refused while something names one of them: another credential that needs it, a \
            scope in the configuration that no other credential has, or a client that was set up \
            for a host where nothing else answers. `--force` removes it all the same; credentials \
            that needed it then do so no more.

            A secret in a keyring that cannot be asked stays there, and so does its credential, \
            unless `--forget` is given.

            EXAMPLES:
              keyfob remove old-token
              keyfob remove ci ci-staging --yes
            """)

    @Argument(help: "The credentials' names.")
    var names: [String]

    @Flag(help: "Remove them although something names them.")
    var force = false

    @Flag(help: "Remove them although the keyring cannot be asked, and leave it what it has.")
    var forget = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        try SealedFile.removeLeftover(session.location)
        let all = try session.open()?.credentials() ?? []
        let credentials = try chosen(from: all)
        let use = try force ? nil : CredentialUse(session)
        try use?.check(removing: Set(credentials.map(\.id)), of: all)
        for credential in credentials {
            let bindings = credential.bindings.map(\.text).joined(separator: ", ")
            let answers = bindings.isEmpty ? "answers for nothing" : "answers for \(bindings)"
            try Console.confirm("\(credential.name) \(answers). Remove it?", isAgreed: yes)
        }
        try remove(session, use)
        session.forgetTokens(of: credentials)
        Console.note("removed " + credentials.map(\.name).joined(separator: ", "))
    }

    /// The credentials of these names, each once.
    private func chosen(from all: [Credential]) throws(CredentialError) -> [Credential] {
        let places = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var chosen: [Credential] = []
        var seen: Set<String> = []
        for name in names where seen.insert(name).inserted {
            guard let credential = places[name] else { throw AdminSession.unknown(name) }
            chosen.append(credential)
        }
        return chosen
    }

    private func remove(
        _ session: AdminSession, _ use: CredentialUse?
    ) throws(CredentialError) {
        do throws(CredentialError) {
            try session.update { (draft) throws(CredentialError) in
                let ids = Set(try chosen(from: draft.credentials).map(\.id))
                // Somebody may have come to need it while this one was asked.
                try use?.check(removing: ids, of: draft.credentials)
                for id in ids { try draft.remove(id, evenIfKept: forget) }
                let gone = Set(names)
                for var other in draft.credentials where !gone.isDisjoint(with: other.needs) {
                    guard other.replaceNeeds({ gone.contains($0) ? nil : $0 }) else { continue }
                    other.updatedAt = session.now
                    try draft.update(other)
                }
            }
        } catch {
            guard error.code == .unreachable || error.code == .absent else { throw error }
            throw CredentialError(
                error.code, error.problem,
                remedy: "see `keyfob status`, or remove it here alone with `--forget`")
        }
    }
}
